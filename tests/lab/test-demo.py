#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sockview --json --demo=N against independent witnesses: strace, ss, /proc, nc, curl.

test-demo.py SOCKVIEW SCENARIO
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

SOCKVIEW = SCENARIO = None
PATIENCE = 30


def parse(text):
    return [json.loads(line) for line in text.splitlines()]


def demo(*options, program=None):
    # Who is traced cannot look for its own leaks; the other runs do.
    env = dict(os.environ, ASAN_OPTIONS='detect_leaks=0') if program else None
    run = subprocess.run((program or []) + [SOCKVIEW, '--json', '--bind=127.0.0.1:0', *options], capture_output=True,
                         text=True, timeout=PATIENCE, env=env)
    if run.returncode != 0:
        raise AssertionError(f'exit status {run.returncode}: {run.stderr}')
    return parse(run.stdout)


def scenario(*steps):
    """What a person might do, step by step: see scenario.c."""
    run = subprocess.run([SCENARIO, *steps], capture_output=True, text=True, timeout=PATIENCE)
    if run.returncode != 0:
        raise AssertionError(f'exit status {run.returncode}: {run.stderr}')
    return parse(run.stdout)


def calls(facts, name=None, actor=None):
    return [f for f in facts if f['kind'] == 'call' and (name is None or f['call'] == name)
            and (actor is None or f['actor'] == actor)]


def own_calls(facts, actor):
    """Without the option that today's GLib sets on each socket by itself; strace's test has it."""
    return [f for f in calls(facts, actor=actor) if 'TCP_NODELAY' not in f['args']]


def rows(facts, **wanted):
    return [f for f in facts if f['kind'] == 'row' and all(f[k] == v for k, v in wanted.items())]


def states_of(facts, local, foreign):
    """The states that one end went through, in order."""
    states = []
    for fact in rows(facts, local=local, foreign=foreign):
        state = fact['state'] if fact['event'] != 'removed' else 'gone'
        if not states or states[-1] != state:
            states.append(state)
    return states


class Running:
    """A demo that is under way: its facts so far."""

    def __init__(self, *options):
        self.facts = []
        self.process = subprocess.Popen([SOCKVIEW, '--json', *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.facts.append(json.loads(line))
                self.changed.notify_all()

    def wait_for(self, condition):
        with self.changed:
            if not self.changed.wait_for(lambda: condition(self.facts), PATIENCE):
                raise AssertionError('it never came')
            return condition(self.facts)

    def port(self):
        return int(self.wait_for(lambda facts: rows(facts, state='LISTEN'))[0]['local'].rsplit(':', 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.status = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.facts = demo('--demo=3')
        cls.server = rows(cls.facts, state='LISTEN')[0]['local']
        cls.clients = sorted({f['local'] for f in rows(cls.facts, foreign=cls.server)})

    def test_order_of_time(self):
        times = [f['t'] for f in self.facts]
        self.assertEqual(times, sorted(times))

    def test_calls_of_the_server(self):
        names = [f['call'] for f in own_calls(self.facts, 'server')]
        self.assertEqual(names[:5], ['socket', 'setsockopt', 'setsockopt', 'bind', 'listen'])
        self.assertEqual(names.count('accept'), 3)
        self.assertEqual(names.count('recv'), 6)
        self.assertEqual(names.count('send'), 3)
        self.assertEqual(names.count('close'), 4)

    def test_calls_of_each_client(self):
        for i in 1, 2, 3:
            facts = own_calls(self.facts, f'client {i}')
            self.assertEqual([f['call'] for f in facts], ['socket', 'connect', 'getsockopt', 'send', 'recv', 'close'])
            self.assertEqual(facts[1]['errno'], 'EINPROGRESS')
            self.assertEqual(facts[1]['args'], self.server)
            self.assertEqual(facts[3]['result'], facts[4]['result'])

    def test_rows_follow_their_call(self):
        listen = self.facts.index(calls(self.facts, 'listen')[0])
        self.assertEqual(self.facts[listen + 1]['kind'], 'row')
        self.assertEqual(self.facts[listen + 1]['state'], 'LISTEN')
        for call in calls(self.facts, 'connect'):
            after = self.facts[self.facts.index(call) + 1:]
            rows_after = []
            for fact in after:
                if fact['kind'] == 'call':
                    break
                if fact['kind'] == 'row':
                    rows_after.append(fact['state'])
            self.assertEqual(rows_after[:2], ['ESTABLISHED', 'ESTABLISHED'])

    def test_halves(self):
        self.assertEqual(len(self.clients), 3)
        for client in self.clients:
            self.assertEqual(states_of(self.facts, client, self.server)[0], 'ESTABLISHED')
            self.assertEqual(states_of(self.facts, self.server, client)[0], 'ESTABLISHED')

    def test_goodbye(self):
        for client in self.clients:
            mine = states_of(self.facts, client, self.server)
            other = states_of(self.facts, self.server, client)
            # The ACK of the FIN may wait (RFC 1122 4.2.3.2): then FIN_WAIT1 is what there is to see.
            self.assertTrue({'FIN_WAIT1', 'FIN_WAIT2'} & set(mine), mine)
            self.assertEqual(mine[-1], 'TIME_WAIT')  # it closed first
            self.assertIn('CLOSE_WAIT', other)
            self.assertNotIn('TIME_WAIT', other)
            self.assertEqual(other[-1], 'gone')

    def test_ports(self):
        with open('/proc/sys/net/ipv4/ip_local_port_range') as file:
            low, high = map(int, file.read().split())
        for client in self.clients:
            self.assertTrue(low <= int(client.rsplit(':', 1)[1]) <= high)

    def test_packets(self):
        """Handshake: worked out, and the SYN once more with its real numbers."""
        for client in self.clients:
            flags = [(f['flags'], f['reconstructed']) for f in self.facts
                     if f['kind'] == 'packet' and client in (f['src'], f['dst'])]
            self.assertEqual(flags[:3], [('SYN', True), ('SYN,ACK', True), ('ACK', True)])
            self.assertIn(('SYN', False), flags)
            self.assertEqual(flags.count(('PSH,ACK', True)), 2)
            self.assertEqual(flags.count(('FIN,ACK', True)), 2)
        for fact in self.facts:
            if fact['kind'] == 'packet':
                self.assertEqual(fact['reconstructed'], fact['seq'] is None)

    def test_text(self):
        run = subprocess.run([SOCKVIEW, '--text', '--demo=2', '--bind=127.0.0.1:0'], capture_output=True, text=True,
                             timeout=PATIENCE)
        self.assertEqual(run.returncode, 0)
        self.assertRegex(run.stdout, r'client 2 +connect\(\d+, 127\.0\.0\.1:\d+\) = -1 EINPROGRESS')
        self.assertRegex(run.stdout, r'\+ tcp +0 +0 127\.0\.0\.1:\d+ +0\.0\.0\.0:\* +LISTEN\n')
        self.assertRegex(run.stdout, r'SYN,ACK  .*\(reconstructed\)')


class Strace(unittest.TestCase):
    """The same calls, in the same order, with the same results, as the kernel was really asked."""

    NAMES = {'accept4': 'accept', 'sendto': 'send', 'recvfrom': 'recv'}
    CALLS = {'socket', 'bind', 'listen', 'accept', 'connect', 'send', 'recv', 'shutdown', 'close', 'setsockopt'}

    def traced(self, text):
        """(name, fd, result, errno) of each call on an Internet socket that strace saw."""
        found, ours, pending = [], set(), {}
        main = text.split(None, 1)[0]
        for line in text.splitlines():
            pid, rest = line.split(None, 1)
            if rest.endswith('<unfinished ...>'):
                pending[pid] = rest[:-len('<unfinished ...>')].rstrip()
                continue
            resumed = re.match(r'<\.\.\. \w+ resumed>(.*)', rest)
            if resumed:
                rest = pending.pop(pid) + resumed[1]
            call = re.match(r'(\w+)\((.*)\)\s+= (-?\d+)(?: (E\w+))?', rest)
            if not call:
                continue
            name, args, result = self.NAMES.get(call[1], call[1]), call[2], int(call[3])
            # The threads read /proc: what they close had its number before it was a socket's.
            if name not in self.CALLS or (name == 'close' and pid != main):
                continue
            if name == 'socket':
                if not args.startswith(('AF_INET,', 'AF_INET6,')):
                    continue
                fd = -1
            else:
                fd = int(re.match(r'\d+', args)[0])
                if fd not in ours:
                    continue
            found.append((name, fd, result, call[4]))
            if name in ('socket', 'accept') and result >= 0:
                ours.add(result)
            if name == 'close':
                ours.discard(fd)
        return found

    def compare(self, *options):
        with tempfile.TemporaryDirectory() as folder:
            trace = os.path.join(folder, 'trace')
            strace = ['strace', '-f', '-o', trace, '-e', 'trace=network,close']
            probe = subprocess.run(strace + ['true'], capture_output=True, text=True)
            if probe.returncode != 0:
                self.skipTest(f'strace may not trace here: {probe.stderr.strip()}')
            facts = demo(*options, program=strace)
            with open(trace) as file:
                seen = self.traced(file.read())
        told = [(f['call'], f['fd'], f['result'], f.get('errno')) for f in calls(facts) if f['call'] != 'getsockopt']
        self.assertGreater(len(seen), 10)
        self.assertEqual(told, seen)

    def test_three(self):
        self.compare('--demo=3')

    def test_forty(self):
        self.compare('--demo=40')

    def test_held(self):
        self.compare('--demo=9', '--hold-accept', '--duration=0.3')


class Tcpdump(unittest.TestCase):
    """What was worked out is what was on the wire."""

    FLAGS = {'S': 'SYN', 'F': 'FIN', 'R': 'RST', 'P': 'PSH', '.': 'ACK'}

    def captured(self, pcap):
        """(source, destination) → its segments in order, by connection as the client names it."""
        text = subprocess.run(['tcpdump', '-r', pcap, '-nn', 'tcp'], capture_output=True, text=True).stdout
        segments = []
        for line in text.splitlines():
            found = re.match(r'\S+ IP6? (\S+)\.(\d+) > (\S+)\.(\d+): Flags \[(\S+)\].* length (\d+)', line)
            if found is None:
                continue  # of others on this computer, or not yet whole
            flags = ','.join(sorted(self.FLAGS.get(f, f) for f in found[5]))
            segments.append((f'{found[1]}:{found[2]}', f'{found[3]}:{found[4]}', flags, int(found[6])))
        return segments

    def mark_end(self, pcap):
        """A refused connection: when the capture has it, it has all before it."""
        marks = set()
        deadline = time.monotonic() + PATIENCE
        while not any(segment[0] in marks for segment in self.captured(pcap)):
            if time.monotonic() > deadline:
                self.skipTest('the capture does not keep up with what others send on this loopback')
            # On a busy loopback the capture may miss one.
            with socket.socket() as closed, socket.socket() as probe:
                closed.bind(('127.0.0.1', 0))
                self.assertNotEqual(probe.connect_ex(closed.getsockname()), 0)
                marks.add(f'127.0.0.1:{closed.getsockname()[1]}')

    def captured(self, pcap):
        """(source, destination) → its segments in order, by connection as the client names it."""
        text = subprocess.run(['tcpdump', '-r', pcap, '-nn', 'tcp'], capture_output=True, text=True).stdout
        segments = []
        for line in text.splitlines():
            found = re.match(r'\S+ IP6? (\S+)\.(\d+) > (\S+)\.(\d+): Flags \[(\S+)\].* length (\d+)', line)
            if found is None:
                continue  # of others on this computer, or not yet whole
            flags = ','.join(sorted(self.FLAGS.get(f, f) for f in found[5]))
            segments.append((f'{found[1]}:{found[2]}', f'{found[3]}:{found[4]}', flags, int(found[6])))
        return segments

    def mark_end(self, pcap):
        """A refused connection: when the capture has it, it has all before it."""
        with socket.socket() as closed, socket.socket() as probe:
            closed.bind(('127.0.0.1', 0))
            self.assertNotEqual(probe.connect_ex(closed.getsockname()), 0)
            mark = f'127.0.0.1:{closed.getsockname()[1]}'
        deadline = time.monotonic() + PATIENCE
        while not any(segment[0] == mark for segment in self.captured(pcap)):
            self.assertLess(time.monotonic(), deadline)

    def capture(self, run, *options):
        """The facts, the segments on the wire, and whether the kernel dropped none of them."""
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o777)  # tcpdump gives up being root
            pcap = os.path.join(folder, 'lo.pcap')
            tcpdump = subprocess.Popen(['tcpdump', '-i', 'lo', '-nn', '-U', '--immediate-mode', '-B', '16384', '-s', '128', '-w',
                                        pcap, 'tcp'], stderr=subprocess.PIPE, text=True)
            line = tcpdump.stderr.readline()
            if 'listening on' not in line:
                tcpdump.communicate()
                self.skipTest(f'tcpdump may not capture here: {line.strip()}')
            try:
                facts = run(*options)
                self.mark_end(pcap)
            finally:
                tcpdump.send_signal(signal.SIGINT)
                said = tcpdump.communicate(timeout=PATIENCE)[1]
            return facts, self.captured(pcap), '\n0 packets dropped by kernel' in said

    def compare(self, *options, run=demo):
        if shutil.which('tcpdump') is None:
            self.skipTest('there is no tcpdump')
        for _ in range(5):
            facts, seen, complete = self.capture(run, *options)
            if complete:
                break
        else:
            self.skipTest('the kernel dropped packets of every capture')
        told = [(f['src'], f['dst'], ','.join(sorted(f['flags'].split(','))), f['len']) for f in facts
                if f['kind'] == 'packet' and f['reconstructed']]
        clients = {src for src, _, flags, _ in told if flags == 'SYN'}
        self.assertTrue(clients)
        for client in clients:
            worked_out = [s for s in told if client in s[:2]]
            on_wire = [s for s in seen if client in s[:2]]
            # In order, and nothing that was not there …
            rest = iter(on_wire)
            for segment in worked_out:
                self.assertIn(segment, rest, (worked_out, on_wire))
            # … and nothing missing but bare acknowledgements, and what was sent in several segments.
            for segment in on_wire:
                if segment[2:] != ('ACK', 0) and segment[3] < 10000:
                    self.assertEqual(on_wire.count(segment), worked_out.count(segment), (worked_out, on_wire))
        return facts

    def test_demo(self):
        self.compare('--demo=3')

    def test_reset_from_the_queue(self):
        facts = self.compare('--demo=9', '--hold-accept', '--duration=0.3')
        self.assertEqual(len([f for f in facts if f['kind'] == 'packet' and 'RST' in f['flags']]), 6)


    def test_endings(self):
        """Whoever goes first, and however."""
        one = 'silent', 'listen', 'spawn=1', 'until=accept=1', 'until=getsockopt=1'
        for end, other in ('c1', 's1'), ('s1', 'c1'):
            for steps in ((f'close={end}', 'until=close=2'),
                          (f'shut={end}', 'until=recv=1', f'close={other}', 'until=close=2'),
                          (f'shut={end}', 'until=recv=1', f'send={other}=9', 'until=recv=2', f'close={other}',
                           'until=close=2'),
                          (f'shut={end}', f'shut={other}', 'until=close=2'),
                          (f'reset={end}', 'until=close=2'),
                          (f'send={end}=9', f'close={other}', 'until=close=2'),
                          (f'send={end}=9', f'close={end}', 'until=close=2'),
                          (f'send={end}=9', f'send={other}=9', f'reset={end}', 'until=close=2'),
                          (f'send={end}=100000', 'until=recv=1', f'close={end}', 'until=close=2')):
                for bind in '127.0.0.1:0', '[::1]:0', '[::]:0':
                    with self.subTest(steps=steps, bind=bind):
                        self.compare(f'bind={bind}', *one, *steps, run=scenario)

    def test_endings_in_the_queue(self):
        one = 'silent', 'hold', 'listen', 'spawn=1', 'until=getsockopt=1'
        for steps in (('send=c1=9', 'close=c1', 'stop'), ('close=c1', 'stop'), ('send=c1=9', 'stop'), ('reset=c1', 'stop'),
                      ('send=c1=9', 'close=c1', 'accept-all', 'until=accept=1', 'until=close=2'),
                      ('send=c1=9', 'accept', 'close=s1', 'until=close=2')):
            with self.subTest(steps=steps):
                self.compare(*one, *steps, run=scenario)

    def test_syn_sent_again(self):
        """The queue is full: the SYN is dropped, and the one that comes a second later is answered."""
        facts = self.compare('silent', 'hold', 'backlog=0', 'listen', 'spawn=2', 'accept-all', 'until=accept=2',
                             run=scenario)
        flags = [f['flags'] for f in facts if f['kind'] == 'packet' and f['reconstructed'] and 'client 2' in (f['from'], f['to'])]
        self.assertEqual(flags[:4], ['SYN', 'SYN', 'SYN,ACK', 'ACK'])


class Foreign(unittest.TestCase):
    def test_nc(self):
        with Running('--demo=1', '--bind=127.0.0.1:0', '--duration=60') as server:
            nc = subprocess.run(['nc', '-N', '127.0.0.1', str(server.port())], input='a line\nanother\n',
                                capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual(nc.stdout, 'a line\nanother\n')
            # It may be gone before /proc could be read: then its address is its name.
            server.wait_for(lambda facts: [f for f in facts if f['kind'] == 'packet' and f['flags'] == 'FIN,ACK'
                                           and not f['from'].startswith(('client', 'server'))])

    def test_nc_is_named(self):
        with Running('--demo=1', '--bind=127.0.0.1:0', '--duration=60') as server:
            nc = subprocess.Popen(['nc', '127.0.0.1', str(server.port())], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
            name = f'nc ({nc.pid})'
            server.wait_for(lambda facts: [f for f in facts if f['kind'] == 'note' and name in f['text']])
            nc.stdin.write('who am I\n')
            nc.stdin.flush()
            self.assertEqual(nc.stdout.readline(), 'who am I\n')
            server.wait_for(lambda facts: [f for f in facts if f['kind'] == 'packet' and f['from'] == name
                                           and f['flags'] == 'PSH,ACK' and f['len'] == 9])
            nc.kill()
            nc.communicate()
            server.wait_for(lambda facts: [f for f in calls(facts, 'recv') if f['result'] == 0])

    def test_nc_6(self):
        with Running('--demo=1', '--bind=[::]:0', '--duration=60') as server:
            for options in ['-6', '-N', '::1'], ['-4', '-N', '127.0.0.1']:
                nc = subprocess.run(['nc', *options, str(server.port())], input='six\n', capture_output=True,
                                    text=True, timeout=PATIENCE)
                self.assertEqual(nc.stdout, 'six\n')

    def test_curl(self):
        with Running('--demo=1', '--bind=127.0.0.1:0', '--duration=60') as server:
            curl = subprocess.run(['curl', '--silent', '--max-time', '1', '--http0.9', '--noproxy', '*',
                                   f'http://127.0.0.1:{server.port()}/seen'], capture_output=True, text=True,
                                  timeout=PATIENCE)
            self.assertTrue(curl.stdout.startswith('GET /seen HTTP/1.1\n'), curl)

    def test_held_queue_is_what_ss_says(self):
        with Running('--demo=2', '--bind=127.0.0.1:0', '--hold-accept', '--duration=60') as server:
            port = server.port()
            server.wait_for(lambda facts: rows(facts, state='LISTEN', recv_q=2))
            nc = subprocess.Popen(['nc', '127.0.0.1', str(port)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            try:
                server.wait_for(lambda facts: rows(facts, state='LISTEN', recv_q=3))
                name = f'nc ({nc.pid})'
                server.wait_for(lambda facts: [f for f in facts if f['kind'] == 'note' and name in f['text']])
                ss = subprocess.run(['ss', '-Htln', f'sport = :{port}'], capture_output=True, text=True).stdout.split()
                self.assertEqual(ss[:2], ['LISTEN', '3'])
                self.assertEqual(ss[2], calls(server.facts, 'listen')[0]['args'])
            finally:
                nc.kill()
                nc.communicate()


class Endings(unittest.TestCase):
    def test_no_port_left(self):
        """Who finds no port is told why, and the demo ends all the same."""
        small = ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c',
                 'ip link set lo up && echo 40000 40002 > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"', 'sh']
        if subprocess.run(small + ['true'], capture_output=True).returncode != 0:
            self.skipTest('no network namespace may be made here')
        run = subprocess.run(small + [SOCKVIEW, '--json', '--demo=5', '--bind=127.0.0.1:9999'], capture_output=True, text=True,
                             timeout=PATIENCE)
        self.assertEqual(run.returncode, 0)
        facts = parse(run.stdout)
        failed = [f for f in calls(facts, 'connect') if f.get('errno') == 'EADDRNOTAVAIL']
        self.assertGreaterEqual(len(failed), 2)
        notes = [f['text'] for f in facts if f['kind'] == 'note']
        self.assertEqual(len([text for text in notes if 'no ephemeral port is free' in text]), len(failed))

    def test_signals(self):
        for number in signal.SIGINT, signal.SIGTERM:
            with Running('--demo=2', '--bind=127.0.0.1:0', '--duration=60') as server:
                server.wait_for(lambda facts: rows(facts, state='TIME_WAIT'))
                server.process.send_signal(number)
                server.process.wait(PATIENCE)
            self.assertEqual(server.status, 128 + number)
            # Stopped in order: what was opened is closed.
            self.assertEqual(len(calls(server.facts, 'close')),
                             len(calls(server.facts, 'socket')) + len([f for f in calls(server.facts, 'accept')
                                                                       if f['result'] >= 0]))

    def test_reader_leaves(self):
        run = subprocess.run(f'"{SOCKVIEW}" --json --demo=50 --bind=127.0.0.1:0 | head -n 3', shell=True,
                             executable='/bin/bash', capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual((run.returncode, len(run.stdout.splitlines()), run.stderr), (0, 3, ''))

    def test_many(self):
        facts = demo('--demo=1000')
        self.assertEqual(len(calls(facts, 'accept')), 1000)
        self.assertEqual(len(calls(facts, 'close')), 2001)
        self.assertEqual([f for f in facts if f['kind'] == 'note'], [])

    def test_ends_at_its_time(self):
        facts = demo('--demo=1', '--hold-accept', '--duration=0')
        self.assertEqual(calls(facts)[-1]['call'], 'close')


class Bad(unittest.TestCase):
    """One line on standard error, nothing on standard output; 2 for usage, 1 for what failed."""

    USAGE = [
        ['--demo=0'], ['--demo=100000'], ['--demo=-1'], ['--demo=many'], ['--demo='], ['--demo=1.5'],
        ['--demo=99999999999999999999'], ['--demo=2', '--bind=127.0.0.1:99999'], ['--demo=2', '--bind=127.0.0.1:x'],
        ['--demo=2', '--bind=127.0.0.1:-1'], ['--demo=2', '--bind=1.2.3.4.5:80'], ['--demo=2', '--bind=[::1:80'],
        ['--demo=2', '--bind='], ['--demo=2', '--bind=name.invalid:80'], ['--demo=2', '--duration=-1'],
        ['--demo=2', '--duration=long'], ['--demo=2', '--duration=nan'], ['--demo=2', '--duration=1e99'], [],
        ['--text', '--demo=2'], ['--demo=2', '--sockets=3'], ['--demo=2', 'surplus'],
    ]

    def check(self, options, status):
        run = subprocess.run([SOCKVIEW, '--json', *options], capture_output=True, timeout=PATIENCE)
        message = run.stderr.decode('utf-8')
        self.assertEqual(run.returncode, status, (options, message))
        self.assertEqual(message.count('\n'), 1, message)
        self.assertTrue(message.startswith('sockview: '), message)
        self.assertNotIn('errno', message)
        return run.stdout.decode('utf-8'), message

    def test_usage(self):
        for options in self.USAGE:
            with self.subTest(options=options):
                self.assertEqual(self.check(options, 2)[0], '')

    def test_port_in_use(self):
        with Running('--demo=1', '--bind=127.0.0.1:0', '--duration=60') as server:
            output, message = self.check(['--demo=1', f'--bind=127.0.0.1:{server.port()}'], 1)
        self.assertEqual(parse(output)[-2]['errno'], 'EADDRINUSE')
        self.assertIn('another port', message)

    def test_address_of_nobody_here(self):
        output, _ = self.check(['--demo=1', '--bind=192.0.2.1:0'], 1)
        self.assertEqual(calls(parse(output), 'bind')[0]['errno'], 'EADDRNOTAVAIL')

    def test_privileged_port(self):
        with open('/proc/sys/net/ipv4/ip_unprivileged_port_start') as file:
            start = int(file.read())
        if os.geteuid() == 0 or start <= 80:
            self.skipTest('this user may bind port 80')
        output, message = self.check(['--demo=1', '--bind=127.0.0.1:80'], 1)
        self.assertEqual(calls(parse(output), 'bind')[0]['errno'], 'EACCES')
        self.assertIn('higher port', message)

    def test_descriptors(self):
        run = subprocess.run(f'ulimit -n 64; exec "{SOCKVIEW}" --json --demo=500 --bind=127.0.0.1:0', shell=True,
                             executable='/bin/bash', capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(run.returncode, 1)
        self.assertRegex(run.stderr, r'^sockview: 500 clients need more file descriptors .*possible: \d+\.\n$')

    def test_name(self):
        facts = parse(subprocess.run([SOCKVIEW, '--json', '--demo=1', '--bind=localhost:0'], capture_output=True,
                                     text=True, timeout=PATIENCE, check=True).stdout)
        self.assertTrue(calls(facts, 'bind')[0]['args'].startswith(('127.0.0.1:', '::1:')))


if __name__ == '__main__':
    SOCKVIEW = os.path.abspath(sys.argv.pop(1))
    SCENARIO = os.path.abspath(sys.argv.pop(1))
    for tool in 'strace', 'nc', 'curl', 'ss':
        if shutil.which(tool) is None:
            sys.exit(f'{tool} is missing: build-aux/deps test installs it')
    unittest.main(verbosity=2)
