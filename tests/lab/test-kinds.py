#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""UDP and UNIX-domain sockets against independent witnesses: nc, netstat, ss, strace, /proc.

test-kinds.py SOCKVIEW
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SOCKVIEW = None
PATIENCE = 30
HAS_NC = shutil.which('nc') is not None


def wait_for(condition, what):
    """Polls, never sleeps on chance."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f'it never came: {what}')


class Running:
    """SockView under way: its facts so far."""

    def __init__(self, *options):
        self.facts = []
        self.process = subprocess.Popen([SOCKVIEW, '--json', *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.facts.append(json.loads(line))

    def find(self, **wanted):
        return [f for f in list(self.facts) if all(f.get(k) == v for k, v in wanted.items())]

    def wait(self, **wanted):
        return wait_for(lambda: self.find(**wanted), wanted)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.status = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdout.close()
        self.errors = self.process.stderr.read()
        self.process.stderr.close()


def run(*options, status=0):
    done = subprocess.run([SOCKVIEW, '--json', *options], capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode != status:
        raise AssertionError(f'exit status {done.returncode}: {done.stderr}')
    return [json.loads(line) for line in done.stdout.splitlines()]


def named(facts, **wanted):
    return [f for f in facts if all(f.get(k) == v for k, v in wanted.items())]


def calls_of(facts, actor):
    # GLib 2.84 and later sets TCP_NODELAY on every socket.
    return [f['call'] for f in named(facts, kind='call', actor=actor) if 'TCP_NODELAY' not in f['args']]


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def proc_udp(port):
    """(Recv-Q, drops) of the socket that is bound to the port, as the kernel's text has it."""
    with open('/proc/net/udp') as file:
        for line in file.readlines()[1:]:
            words = line.split()
            if int(words[1].split(':')[1], 16) == port:
                return int(words[4].split(':')[1], 16), int(words[12])
    return None


class Udp(unittest.TestCase):
    def test_demo_of_each_manner(self):
        expected = {
            'connected': ['socket', 'connect', 'send', 'recv', 'close'],
            'unbound': ['socket', 'sendto', 'recvfrom', 'close'],
            'bound': ['socket', 'bind', 'sendto', 'recvfrom', 'close'],
        }
        for manner, calls in expected.items():
            for bind in '127.0.0.1:0', '[::1]:0', '0.0.0.0:0':
                with self.subTest(manner=manner, bind=bind):
                    facts = run('--udp', '--demo=2', f'--manner={manner}', f'--bind={bind}')
                    for client in 'client 1', 'client 2':
                        self.assertEqual(calls_of(facts, client), calls)
                    self.assertEqual(calls_of(facts, 'server').count('recvfrom'), 2)
                    self.assertEqual(calls_of(facts, 'server').count('sendto'), 2)
                    # No handshake: two datagrams each, worked out, and nothing else.
                    packets = named(facts, kind='packet')
                    self.assertEqual(len(packets), 4)
                    for packet in packets:
                        self.assertEqual((packet['proto'], packet['flags'], packet['reconstructed']), ('udp', '', True))
                    # A row says ESTABLISHED after connect() only; UDP knows no other state.
                    server = named(facts, kind='row')[0]['local']
                    states = {f['state'] for f in named(facts, kind='row') if f['local'] != server}
                    self.assertEqual(states, {'ESTABLISHED'} if manner == 'connected' else {''})
                    self.assertEqual({f['state'] for f in named(facts, kind='row', local=server)}, {''})
                    # What was added is gone in the end.
                    self.assertEqual(len(named(facts, kind='row', event='added')), 3)
                    self.assertEqual(len(named(facts, kind='row', event='removed')), 3)

    @unittest.skipUnless(HAS_NC, 'nc is not installed')
    def test_server_with_nc(self):
        port = free_port()
        with Running('--udp', f'--bind=127.0.0.1:{port}') as sockview:
            sockview.wait(kind='call', call='bind', result=0)
            nc = subprocess.Popen(['nc', '-u', '127.0.0.1', str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  text=True)
            nc.stdin.write('line from nc\n')
            nc.stdin.flush()
            self.assertEqual(nc.stdout.readline(), 'line from nc\n')
            received = sockview.wait(kind='call', call='recvfrom', result=13)[0]
            sent = sockview.wait(kind='call', call='sendto', result=13)[0]
            nc_end = received['args'].split(', ')[1]
            self.assertEqual(sent['args'].split(', ')[-1], nc_end)
            # The very row that ss has of nc.
            listing = subprocess.run(['ss', '-Huan'], capture_output=True, text=True, check=True).stdout
            self.assertRegex(listing, rf'ESTAB +0 +0 +{re.escape(nc_end)} +127\.0\.0\.1:{port}\b')
            self.assertTrue(sockview.find(kind='row', local=nc_end, foreign=f'127.0.0.1:{port}', state='ESTABLISHED'))
            # Whose it is.
            wait_for(lambda: [f for f in sockview.find(kind='note') if f'nc ({nc.pid})' in f['text']], 'its name')
            nc.stdin.close()
            nc.kill()
            nc.wait(PATIENCE)
            nc.stdout.close()
        self.assertEqual(sockview.status, 128 + signal.SIGTERM, sockview.errors)

    @unittest.skipUnless(HAS_NC, 'nc is not installed')
    def test_client_with_nc(self):
        port = free_port()
        nc = subprocess.Popen(['nc', '-u', '-l', '127.0.0.1', str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True)
        wait_for(lambda: proc_udp(port), 'nc')
        with Running('--udp', f'--connect=127.0.0.1:{port}', f'--duration={PATIENCE}') as sockview:
            self.assertEqual(nc.stdout.readline(), 'hello from client 1\n')
            nc.stdin.write('answer\n')
            nc.stdin.flush()
            sockview.wait(kind='call', call='recv', result=7)
        nc.stdin.close()
        nc.kill()
        nc.wait(PATIENCE)
        nc.stdout.close()

    def test_nobody_there(self):
        """ICMP port unreachable becomes ECONNREFUSED, but only on a connected socket."""
        port = free_port()
        facts = run('--udp', f'--connect=127.0.0.1:{port}', '--duration=0.2')
        self.assertEqual(named(facts, call='send')[0]['result'], 20)
        self.assertEqual(named(facts, call='recv')[0]['errno'], 'ECONNREFUSED')
        icmp = named(facts, kind='packet', proto='icmp')
        self.assertEqual([(f['reconstructed'], f['to']) for f in icmp], [(True, 'client 1')])
        facts = run('--udp', '--manner=unbound', f'--connect=127.0.0.1:{port}', '--duration=0.2')
        self.assertEqual(named(facts, call='sendto')[0]['result'], 20)
        self.assertFalse([f for f in facts if 'errno' in f])

    @unittest.skipUnless(shutil.which('strace'), 'strace is not installed')
    def test_strace_agrees(self):
        port = free_port()
        with tempfile.NamedTemporaryFile('r') as trace:
            subprocess.run(['strace', '-f', '-qq', '-o', trace.name, '-e', 'trace=sendto,recvfrom', SOCKVIEW, '--json',
                            '--udp', f'--connect=127.0.0.1:{port}', '--duration=1'], stdout=subprocess.DEVNULL,
                           env=dict(os.environ, ASAN_OPTIONS='detect_leaks=0'), timeout=PATIENCE, check=True)
            text = trace.read()
        # A call that another thread's interrupts is told in two lines.
        self.assertTrue(re.search(r'sendto\(\d+, "hello from client 1\\n", 20, MSG_NOSIGNAL', text))
        self.assertTrue(re.search(r'recvfrom.*= -1 ECONNREFUSED', text))

    def test_queue_and_drops(self):
        """While nobody reads, datagrams wait as memory; when that is used up they are dropped, untold."""
        port = free_port()
        with Running('--udp', f'--bind=127.0.0.1:{port}', '--hold-accept', f'--duration={PATIENCE}') as sockview:
            sockview.wait(kind='call', call='bind', result=0)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.connect(('127.0.0.1', port))
                sender.send(b'x')
                waiting = sockview.wait(kind='row', local=f'127.0.0.1:{port}', event='changed')[-1]
                self.assertEqual(waiting['recv_q'], proc_udp(port)[0])
                self.assertGreater(waiting['recv_q'], 1)
        # Our own clients: each drop is seen at once, beside the send that it befell.
        with Running('--udp', f'--bind=127.0.0.1:{port}', '--hold-accept', '--demo=600',
                     f'--duration={PATIENCE}') as sockview:
            dropped = sockview.wait(kind='packet', event='dropped')
            wait_for(lambda: len(sockview.find(kind='call', call='send')) == 600, 'all sends')
            drops = proc_udp(port)[1]
            wait_for(lambda: len(sockview.find(kind='packet', event='dropped')) == drops, 'all drops')
            self.assertGreater(drops, 0)
            self.assertTrue(all(f['reconstructed'] for f in dropped))
            self.assertTrue(all(f['result'] >= 20 for f in sockview.find(kind='call', call='send')))

    def test_v6only(self):
        port = free_port()
        for options, expected in ((['--v6only'], False), ([], True)):
            with Running('--udp', f'--bind=[::]:{port}', *options) as sockview:
                sockview.wait(kind='call', call='bind', result=0)
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                    sender.settimeout(PATIENCE)
                    sender.connect(('127.0.0.1', port))
                    sender.send(b'over IPv4')
                    try:
                        answer = sender.recv(100)
                    except ConnectionRefusedError:
                        answer = None
                self.assertEqual(answer == b'over IPv4', expected)


class UdpOnTwoMachines(unittest.TestCase):
    """Every datagram is observed on the wire: nothing is worked out."""

    @classmethod
    def setUpClass(cls):
        probe = subprocess.run([SOCKVIEW, '--json', '--two-machines', '--hop=1', '--demo=1'], capture_output=True,
                               text=True, timeout=PATIENCE)
        if probe.returncode != 0:
            raise unittest.SkipTest(probe.stderr.strip())

    def test_datagrams(self):
        for options, server in ((['--nat'], '172.31.46.24:9999'), ([], '13.51.197.134:9999')):
            for manner in 'connected', 'unbound', 'bound':
                with self.subTest(options=options, manner=manner):
                    facts = run('--two-machines', '--hop=5', '--udp', '--demo=1', f'--manner={manner}', *options)
                    packets = named(facts, kind='packet')
                    self.assertEqual([(f['proto'], f['event'], f['machine'], f['reconstructed']) for f in packets],
                                     [('udp', 'sent', 'client', False), ('udp', 'delivered', 'server', False),
                                      ('udp', 'sent', 'server', False), ('udp', 'delivered', 'client', False)])
                    self.assertEqual(packets[1]['dst'], server)
                    self.assertEqual([(f['from'], f['to']) for f in packets],
                                     [('client 1', 'server')] * 2 + [('server', 'client 1')] * 2)

    def test_port_unreachable(self):
        facts = run('--two-machines', '--hop=5', '--udp', '--connect=13.51.197.134:9', '--duration=1')
        icmp = named(facts, kind='packet', proto='icmp')
        self.assertEqual([(f['event'], f['machine'], f['from'], f['to'], f['reconstructed']) for f in icmp],
                         [('sent', 'server', '', 'client 1', False), ('delivered', 'client', '', 'client 1', False)])
        self.assertEqual(named(facts, call='recv')[0]['errno'], 'ECONNREFUSED')

    def test_unix_is_of_one_computer(self):
        done = subprocess.run([SOCKVIEW, '--text', '--two-machines', '--unix', '--demo=1'], capture_output=True,
                              text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 1)
        self.assertIn('one computer', done.stderr)


LINK_LOCAL = r"""
ip link set lo up && ip -6 address add fe80::1/64 dev lo nodad && ip link set lo multicast on
"$0" --json --demo=1 '--bind=[fe80::1%lo]:20440' --duration=20 > "$1" &
pid=$!
for i in $(seq 500); do ss -tanH | grep -q LISTEN && break; read -t 0.02 <> <(:); done
ss -tanp state listening; echo netstat; netstat -tanl; echo explain; "$0" --text --explain=20440
kill -INT $pid; wait $pid
"""


class LinkLocal(unittest.TestCase):
    """fe80::1 is an address only together with its interface; in a network of the test's own."""

    def test_scope(self):
        spaces = next((s for s in (['-n'], ['-rn']) if subprocess.run(
            ['unshare', *s, 'ip', 'link', 'set', 'lo', 'up'], capture_output=True).returncode == 0), None)
        if spaces is None:
            self.skipTest('no network namespace can be made here')
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'facts')
            done = subprocess.run(['unshare', *spaces, 'bash', '-c', LINK_LOCAL, SOCKVIEW, path],
                                  capture_output=True, text=True, timeout=PATIENCE)
            with open(path, encoding='utf-8') as file:
                facts = [json.loads(line) for line in file]
        self.assertIn('[fe80::1]%lo:20440', done.stdout, done.stderr)
        witness, _, ours = done.stdout.partition('explain\n')
        self.assertIn('fe80::1:20440', witness.partition('netstat')[2])
        for text in witness, ours:
            self.assertRegex(text, r'\[fe80::1\]%lo:20440 +\[::\]:\*')
        for call in 'bind', 'connect':
            self.assertIn('[fe80::1%lo]:20440', named(facts, call=call)[0]['args'])
        rows = named(facts, kind='row', state='LISTEN')
        self.assertEqual({row['local'] for row in rows}, {'fe80::1:20440'})
        self.assertTrue(named(facts, kind='row', state='ESTABLISHED'))


class Peers(unittest.TestCase):
    """A simultaneous open: RFC 9293 section 3.5, figure 7."""

    setUpClass = UdpOnTwoMachines.__dict__['setUpClass']

    def states(self, facts, machine):
        states = []
        for fact in named(facts, kind='row', machine=machine):
            if not states or states[-1] != fact['state']:
                states.append(fact['state'])
        return states

    def test_crossing_syns(self):
        facts = run('--two-machines', '--hop=100', '--peers', '--duration=1.5')
        for peer in 'peer 1', 'peer 2':
            self.assertEqual(calls_of(facts, peer)[:4], ['socket', 'setsockopt', 'bind', 'connect'])
        self.assertFalse(named(facts, call='listen') + named(facts, call='accept'))
        packets = [(f['from'], f['flags'], f['event']) for f in named(facts, kind='packet')]
        self.assertEqual(packets[:2], [('peer 1', 'SYN', 'sent'), ('peer 2', 'SYN', 'sent')])
        self.assertEqual(packets[2:4], [('peer 1', 'SYN', 'delivered'), ('peer 2', 'SYN', 'delivered')])
        for peer in 'peer 1', 'peer 2':
            self.assertIn((peer, 'SYN,ACK', 'delivered'), packets)
        self.assertFalse([p for p in packets if p[2] == 'swallowed'])
        for machine in 'client', 'server':
            self.assertEqual(self.states(facts, machine)[:3], ['SYN_SENT', 'SYN_RECV', 'ESTABLISHED'])

    def test_not_elsewhere(self):
        for options, status in ((['--peers'], 2), (['--two-machines', '--nat', '--peers'], 1)):
            done = subprocess.run([SOCKVIEW, '--text', *options], capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(done.returncode, status)
            self.assertEqual(done.stderr.count('\n'), 1)


class Unix(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, 'test.sock')

    def tearDown(self):
        self.folder.cleanup()

    def netstat(self):
        return subprocess.run(['netstat', '-xa'], capture_output=True, text=True, check=True).stdout.splitlines()

    def shown(self, rows):
        """As sockview --text prints the rows that stand now."""
        done = {}
        for fact in rows:
            done[fact['inode']] = fact
        return {inode: f for inode, f in done.items() if f['event'] != 'removed'}

    def test_demo(self):
        for name in self.path, '@sockview-test':
            with self.subTest(name=name):
                facts = run('--unix', '--demo=2', f'--bind={name}')
                self.assertEqual(calls_of(facts, 'client 1'), ['socket', 'connect', 'send', 'recv', 'close'])
                server = calls_of(facts, 'server')
                self.assertEqual(server[:3], ['socket', 'bind', 'listen'])
                self.assertEqual(server.count('accept'), 2)
                self.assertEqual(server[-1], 'unlink' if name == self.path else 'close')
                self.assertFalse(named(facts, kind='packet'))  # nothing flies within one kernel
                self.assertFalse(os.path.exists(self.path))
                self.assertFalse(self.shown(named(facts, kind='row')))

    def test_halves(self):
        """Each end names the other by its inode."""
        facts = run('--unix', '--demo=1', f'--bind={self.path}')
        joined = [f for f in named(facts, kind='row', state='CONNECTED') if f['peer_inode'] != 0]
        pairs = {(f['inode'], f['peer_inode']) for f in joined}
        self.assertEqual(len(pairs), 2)
        self.assertEqual({(b, a) for a, b in pairs}, pairs)

    @unittest.skipUnless(HAS_NC and shutil.which('netstat'), 'nc or netstat is not installed')
    def test_nc(self):
        with Running('--unix', f'--bind={self.path}') as sockview:
            sockview.wait(kind='call', call='listen', result=0)
            nc = subprocess.Popen(['nc', '-U', self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            nc.stdin.write('line from nc\n')
            nc.stdin.flush()
            self.assertEqual(nc.stdout.readline(), 'line from nc\n')
            wait_for(lambda: [f for f in sockview.find(kind='note') if f'nc ({nc.pid})' in f['text']], 'its name')
            sockview.wait(kind='call', call='send', result=13)
            # nc has read its answer: the rows are still.
            here = self.shown(sockview.find(kind='row'))
            self.assertEqual(len(here), 3)
            inode_of_nc = {os.readlink(f'/proc/{nc.pid}/fd/{fd}') for fd in os.listdir(f'/proc/{nc.pid}/fd')}
            self.assertEqual(len([i for i in here if f'socket:[{i}]' in inode_of_nc]), 1)
            listing = self.netstat()
            for inode, fact in here.items():
                line = [text for text in listing if re.search(rf'\b{inode}\b', text)]
                flags = '[ ACC ]' if fact['state'] == 'LISTENING' else '[ ]'
                mine = f"unix  {fact['refcnt']:<6} {flags:<11} {fact['type']:<10} {fact['state']:<13} {inode:<8} {fact['path']}"
                self.assertEqual(line, [mine])
            # ss joins the same two inodes.
            pairs = {frozenset((i, f['peer_inode'])) for i, f in here.items() if f['peer_inode'] != 0}
            ss = subprocess.run(['ss', '-Hxa'], capture_output=True, text=True, check=True).stdout
            for pair in pairs:
                a, b = pair
                self.assertRegex(ss, rf'\b{a}\b.*\b{b}\b|\b{b}\b.*\b{a}\b')
            nc.stdin.close()
            nc.kill()
            nc.wait(PATIENCE)
            nc.stdout.close()
            sockview.wait(kind='call', call='recv', result=0)
        self.assertFalse(os.path.exists(self.path))

    @unittest.skipUnless(HAS_NC, 'nc is not installed')
    def test_client_with_nc(self):
        nc = subprocess.Popen(['nc', '-l', '-U', self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        wait_for(lambda: os.path.exists(self.path), 'nc')
        with Running('--unix', f'--connect={self.path}', f'--duration={PATIENCE}') as sockview:
            self.assertEqual(nc.stdout.readline(), 'hello from client 1\n')
            nc.stdin.write('answer\n')
            nc.stdin.flush()
            sockview.wait(kind='call', call='recv', result=7)
        nc.stdin.close()
        nc.kill()
        nc.wait(PATIENCE)
        nc.stdout.close()

    def test_text_is_netstat(self):
        """The line itself, byte for byte."""
        process = subprocess.Popen([SOCKVIEW, '--text', '--unix', '--hold-accept', f'--bind={self.path}', '--duration=20'],
                                   stdout=subprocess.PIPE, text=True)
        line = next(text for text in process.stdout if '+ unix' in text)
        theirs = [text for text in self.netstat() if self.path in text]
        self.assertEqual([line.rstrip('\n').split('+ ', 1)[1]], theirs)
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()

    def test_errors(self):
        for name, kind, status in ((self.folder.name + '/no/such', 'bind', 1), ('x' * 108, 'range', 2)):
            done = subprocess.run([SOCKVIEW, '--json', '--unix', f'--bind={name}'], capture_output=True, text=True,
                                  timeout=PATIENCE)
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertEqual(done.stderr.count('\n'), 1)
        # The file of a program that is gone.
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(self.path)
        done = subprocess.run([SOCKVIEW, '--text', '--unix', f'--bind={self.path}'], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn('EADDRINUSE', done.stdout)
        self.assertTrue(os.path.exists(self.path))
        facts = run('--unix', f'--connect={self.path}', '--duration=0.1')
        self.assertEqual(named(facts, call='connect')[0]['errno'], 'ECONNREFUSED')

    def test_full_queue(self):
        facts = run('--unix', f'--bind={self.path}', '--hold-accept', '--demo=20', '--duration=0.5')
        results = [f.get('errno', 'OK') for f in named(facts, call='connect')]
        # listen() was told 5: the kernel lets one more in, unix(7).
        self.assertEqual(results, ['OK'] * 6 + ['EAGAIN'] * 14)
        full = max(f['recv_q'] for f in named(facts, kind='row', state='LISTENING'))
        self.assertEqual(full, 6)


class Options(unittest.TestCase):
    def test_list(self):
        for option, first in (('--udp', 'connected\t'), ('--unix', 'PATH\t')):
            done = subprocess.run([SOCKVIEW, '--text', option, '--list'], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0)
            self.assertTrue(done.stdout.startswith(first), done.stdout)

    def test_bad(self):
        for options in (['--udp', '--unix'], ['--manner=bound', '--demo=1'], ['--udp', '--manner=odd'],
                        ['--udp', '--bind=127.0.0.1:70000'], ['--udp', '--connect='],
                        ['--connect=192.0.2.1:80'], ['--two-machines', '--connect=localhost:80']):
            done = subprocess.run([SOCKVIEW, '--text', *options], capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(done.returncode, 2, (options, done.stderr))
            self.assertEqual(done.stderr.count('\n'), 1)


if __name__ == '__main__':
    SOCKVIEW = sys.argv.pop(1)
    unittest.main(verbosity=2)
