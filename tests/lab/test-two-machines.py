#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sockview --json --two-machines against independent witnesses: tshark, netstat, nc, /proc.

test-two-machines.py SOCKVIEW
"""
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SOCKVIEW = None
PATIENCE = 30
NAT_CLIENT = '172.16.17.74'
SERVER = '13.51.197.134:9999'

TCP_SEQUENCE = [
    (None, None), (None, 'LISTEN'), ('SYN_SENT', 'LISTEN'), ('SYN_SENT', 'SYN_RECV'), ('ESTABLISHED', 'SYN_RECV'),
    ('ESTABLISHED', 'ESTABLISHED'), ('FIN_WAIT1', 'ESTABLISHED'), ('FIN_WAIT1', 'CLOSE_WAIT'),
    ('FIN_WAIT1', 'LAST_ACK'), ('TIME_WAIT', 'LAST_ACK'), ('TIME_WAIT', None),
]


def run(*options, **kwargs):
    return subprocess.run([SOCKVIEW, *options], capture_output=True, text=True, timeout=PATIENCE, **kwargs)


def demo(*options, **kwargs):
    result = run('--json', '--two-machines', *options, **kwargs)
    if result.returncode != 0:
        raise AssertionError(f'exit status {result.returncode}: {result.stderr}')
    return [json.loads(line) for line in result.stdout.splitlines()]


def packets(facts, **wanted):
    return [f for f in facts if f['kind'] == 'packet' and all(f[k] == v for k, v in wanted.items())]


def read_capture(path, *options):
    """What tshark prints. It reads its own settings, and does not bear MALLOC_PERTURB_."""
    environment = {k: v for k, v in os.environ.items() if k != 'MALLOC_PERTURB_'}
    environment['HOME'] = os.path.dirname(path)
    return subprocess.run(['tshark', '-r', path, '-n', '-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE',
                           *options], capture_output=True, text=True, check=True, env=environment).stdout


class Tables:
    """Both machines' tables, as the row facts make them."""

    def __init__(self):
        self.rows = {'client': {}, 'server': {}}

    def apply(self, fact):
        if fact['kind'] != 'row':
            return
        key = fact['proto'], fact['local'], fact['foreign']
        if fact['event'] == 'removed':
            self.rows[fact['machine']].pop(key, None)
        else:
            self.rows[fact['machine']][key] = fact

    def pair(self):
        """(client's state, server's state) of the one connection; the server's is LISTEN while it has none."""
        states = []
        for machine in 'client', 'server':
            rows = self.rows[machine].values()
            of_connection = [r['state'] for r in rows if not r['foreign'].endswith(':*')]
            listening = [r['state'] for r in rows if r['state'] == 'LISTEN']
            states.append((of_connection + listening + [None])[0])
        return tuple(states)

    def netstat(self, machine):
        """As lines of netstat, without its blanks, in an order of its own."""
        return sorted((r['proto'], str(r['recv_q']), str(r['send_q']), r['local'], r['foreign'], r['state'])
                      for r in self.rows[machine].values())


class Running:
    """A demo that is under way: its facts so far."""

    def __init__(self, *options, **kwargs):
        self.facts = []
        self.process = subprocess.Popen([SOCKVIEW, '--json', '--two-machines', *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, **kwargs)
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
                raise AssertionError(f'it never came; {self.process.poll()}')
            return condition(self.facts)

    def tables(self):
        tables = Tables()
        with self.changed:
            for fact in self.facts:
                tables.apply(fact)
        return tables

    def helpers(self):
        """PIDs of the two machines, by the address that they were given."""
        found = {}
        for pid in children(self.process.pid):
            with open(f'/proc/{pid}/cmdline', 'rb') as file:
                words = file.read().split(b'\0')
            if words[0].endswith(b'sockview-machine'):
                found['client' if words[2] == NAT_CLIENT.encode() else 'server'] = pid
        return found

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.status = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.errors = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()


def children(pid):
    found = []
    for entry in os.listdir('/proc'):
        if entry.isdigit():
            try:
                with open(f'/proc/{entry}/stat') as file:
                    if int(file.read().rpartition(')')[2].split()[1]) == pid:
                        found.append(int(entry))
            except (OSError, IndexError):
                pass
    return found


def enter(pid):
    if os.geteuid() == 0:
        return ['nsenter', '-n', '-t', str(pid)]
    return ['nsenter', '--preserve-credentials', '-U', '-n', '-t', str(pid)]


def netstat(pid):
    text = subprocess.run([*enter(pid), 'netstat', '-tuna'], capture_output=True, text=True, check=True).stdout
    lines = [line.split() for line in text.splitlines()[2:]]
    return sorted(tuple((fields + [''])[:6]) for fields in lines)


class TwoMachines(unittest.TestCase):
    def test_sequence_of_states(self):
        facts = demo('--demo=1', '--hop=300')
        tables, pairs = Tables(), []
        for fact in facts:
            tables.apply(fact)
            if not pairs or pairs[-1] != tables.pair():
                pairs.append(tables.pair())
        # What a server still listens to is not this connection's; then it ends too.
        pairs = [(client, None if server == 'LISTEN' and i > 2 else server) for i, (client, server) in enumerate(pairs)]
        pairs = [pair for i, pair in enumerate(pairs) if i == 0 or pairs[i - 1] != pair]
        # The ACK of a FIN may come alone.
        self.assertEqual([p for p in pairs if p[0] != 'FIN_WAIT2'], TCP_SEQUENCE)
        self.assertTrue(all(f['machine'] in ('client', 'server') for f in facts))
        self.assertTrue(all(f['reconstructed'] is False for f in packets(facts)))
        first = next(f for f in facts if f['kind'] == 'row' and f['state'] == 'LISTEN')
        print(f"set-up to the first LISTEN: {first['t'] * 1000:.1f} ms", file=sys.stderr)

    def test_every_packet_arrives_after_its_hop(self):
        facts = demo('--demo=1', '--hop=100')
        sent = packets(facts, event='sent')
        delivered = packets(facts, event='delivered')
        self.assertEqual(len(sent), len(delivered))
        self.assertGreaterEqual(len(sent), 9)
        for packet in sent:
            self.assertIsInstance(packet['seq'], int)
            twin = [d for d in delivered if (d['seq'], d['ack'], d['flags'], d['src'], d['len']) ==
                    (packet['seq'], packet['ack'], packet['flags'], packet['src'], packet['len'])]
            self.assertEqual(len(twin), 1)
            self.assertNotEqual(twin[0]['machine'], packet['machine'])
            self.assertGreaterEqual(twin[0]['t'] - packet['t'], 0.099)

    def test_each_packet_is_followed_by_what_the_kernel_made_of_it(self):
        facts = demo('--demo=1', '--hop=50')
        for flags, machine, state in (('SYN', 'server', 'SYN_RECV'), ('SYN,ACK', 'client', 'ESTABLISHED')):
            delivered = packets(facts, event='delivered', flags=flags)[0]
            after = facts[facts.index(delivered) + 1]
            self.assertEqual((after['kind'], after['machine'], after.get('state')), ('row', machine, state))
        accept = next(i for i, f in enumerate(facts) if f.get('call') == 'accept')
        queued = [f['recv_q'] for f in facts[:accept] if f['kind'] == 'row' and f['state'] == 'LISTEN']
        self.assertEqual(queued, [0, 1])

    def check_netstat(self, *options):
        with Running('--demo=1', '--hop=3000', *options) as run_:
            run_.wait_for(lambda facts: packets(facts, event='sent'))
            machines = run_.helpers()
            self.assertEqual(sorted(machines), ['client', 'server'])
            self.compare(run_, machines)
            self.assertEqual(run_.tables().pair(), ('SYN_SENT', 'LISTEN'))
            client = {m: run_.tables().netstat(m) for m in machines}
            run_.wait_for(lambda facts: packets(facts, event='delivered'))
            self.compare(run_, machines)
            self.assertEqual(run_.tables().pair(), ('SYN_SENT', 'SYN_RECV'))
            return client, {m: run_.tables().netstat(m) for m in machines}

    def compare(self, run_, machines):
        for machine, pid in machines.items():
            seen = netstat(pid)
            # The facts come through a pipe.
            run_.wait_for(lambda facts: run_.tables().netstat(machine) == seen)

    @unittest.skipUnless(shutil.which('netstat') and shutil.which('nsenter'), 'netstat or nsenter is not installed')
    def test_netstat_on_each_machine(self):
        first, second = self.check_netstat()
        syn_sent = [row for row in first['client'] if row[5] == 'SYN_SENT'][0]
        self.assertTrue(syn_sent[3].startswith('172.16.17.74:'))
        self.assertEqual(syn_sent[4], SERVER)
        self.assertEqual([row[3:5] for row in second['server'] if row[5] == 'SYN_RECV'], [(SERVER, syn_sent[3])])

    @unittest.skipUnless(shutil.which('netstat') and shutil.which('nsenter'), 'netstat or nsenter is not installed')
    def test_netstat_with_nat(self):
        first, second = self.check_netstat('--nat')
        syn_sent = [row for row in first['client'] if row[5] == 'SYN_SENT'][0]
        port = syn_sent[3].rpartition(':')[2]
        self.assertEqual(syn_sent[3:5], (f'172.16.17.74:{port}', SERVER))
        self.assertEqual([row[3:5] for row in second['server'] if row[5] == 'SYN_RECV'],
                         [('172.31.46.24:9999', f'212.50.96.83:{port}')])

    @unittest.skipUnless(shutil.which('tshark'), 'tshark is not installed')
    def test_pcapng(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'wire.pcapng')
            facts = demo('--demo=2', '--hop=20', '--nat', f'--pcapng={path}')
            self.assertEqual(read_capture(path, '-Y', '_ws.malformed or tcp.checksum.status==0 or ip.checksum.status==0'
                                          ' or tcp.analysis.flags'), '')
            fields = ['ip.src', 'tcp.srcport', 'ip.dst', 'tcp.dstport', 'tcp.seq_raw', 'tcp.ack_raw', 'tcp.flags.syn',
                      'tcp.flags.fin', 'tcp.len']
            booleans = {'True': '1', 'False': '0'}  # since tshark 4.2
            read = [[booleans.get(word, word) for word in line.split('\t')] for line in
                    read_capture(path, '-T', 'fields', *[w for f in fields for w in ('-e', f)]).splitlines()]
            recorded = [[*f['src'].rsplit(':', 1), *f['dst'].rsplit(':', 1), str(f['seq']), str(f['ack']),
                         str(int('SYN' in f['flags'])), str(int('FIN' in f['flags'])), str(f['len'])]
                        for f in packets(facts, machine='client')]
            self.assertEqual(read, recorded)
            self.assertIn('hello from client 1', read_capture(path, '-q', '-z', 'follow,tcp,ascii,0'))

    @unittest.skipUnless(shutil.which('tshark'), 'tshark is not installed')
    def test_pcapng_tells_what_was_dropped(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'wire.pcapng')
            facts = demo('--demo=1', '--hop=5', '--loss=100', '--duration=1.3', f'--pcapng={path}')
            self.assertGreaterEqual(len(packets(facts, event='dropped')), 2)
            text = read_capture(path, '-T', 'fields', '-e', 'frame.comment')
            self.assertEqual(text.splitlines()[0], 'lost on the wire by chance')
            self.assertEqual({f['reason'] for f in packets(facts, event='dropped')} - {'no-way'}, {'by-chance'})

    def test_dropped_syn_comes_again(self):
        facts = demo('--demo=1', '--hop=5', '--loss=100', '--duration=1.3')
        syns = packets(facts, event='sent', flags='SYN')
        self.assertGreaterEqual(len(syns), 2)
        self.assertEqual(len({p['seq'] for p in syns}), 1)
        self.assertGreater(syns[1]['t'] - syns[0]['t'], 0.9)

    @unittest.skipUnless(shutil.which('nc'), 'nc is not installed')
    def test_nc_on_the_client(self):
        for options in [], ['--nat']:
            result = run('--json', '--two-machines', '--demo=1', '--hop=10', '--duration=1', *options, '--on=client',
                         '--', 'nc', '-N', '13.51.197.134', '9999', input='hello from nc\n')
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stderr, 'hello from nc\n')
            facts = [json.loads(line) for line in result.stdout.splitlines()]
            named = [f for f in facts if f['kind'] == 'packet' and f['from'].startswith('nc (')]
            self.assertTrue(named or any('nc (' in f.get('text', '') for f in facts))
            clients = {f['dst' if f['from'] == 'server' else 'src'] for f in packets(facts, machine='client')}
            self.assertEqual(len(clients), 2)

    def test_a_command_of_an_ordinary_user_sees_packets_and_nothing_else(self):
        if os.geteuid() == 0:
            self.skipTest('root is root')
        text = run('--json', '--two-machines', '--demo=1', '--hop=1', '--duration=1', '--on=server', '--', 'grep',
                   'CapEff', '/proc/self/status').stderr
        self.assertEqual(int(text.split()[1], 16), 1 << 13)

    def test_helper_is_confined(self):
        with Running('--demo=1', '--hop=10', '--duration=20') as run_:
            run_.wait_for(lambda facts: packets(facts, event='sent'))
            for pid in run_.helpers().values():
                with open(f'/proc/{pid}/status') as file:
                    status = dict(line.rstrip('\n').split(':\t', 1) for line in file if ':\t' in line)
                self.assertEqual(int(status['CapEff'], 16), 0)
                self.assertEqual(int(status['CapPrm'], 16), 0)
                self.assertEqual(status['NoNewPrivs'], '1')
                self.assertIn(status['Seccomp'], '02')
                if os.uname().machine in ('x86_64', 'aarch64'):
                    self.assertEqual(status['Seccomp'], '2')
                # The line, and for a moment the socket that it hands out; no tun, no file.
                for fd in os.listdir(f'/proc/{pid}/fd'):
                    try:
                        held = os.readlink(f'/proc/{pid}/fd/{fd}')
                    except FileNotFoundError:
                        continue
                    self.assertTrue(held.startswith('socket:') or (int(fd) < 2 and held == '/dev/null')
                                    or int(fd) == 2, held)


class Ends(unittest.TestCase):
    def assert_gone(self, processes):
        """Within a second, as the kernel says."""
        deadline = time.monotonic() + 1
        for process in processes:
            poll = select.poll()
            poll.register(process, select.POLLIN)
            self.assertTrue(poll.poll(max(deadline - time.monotonic(), 0) * 1000), 'a process is left')
            os.close(process)

    def test_sockview_is_killed(self):
        with Running('--demo=1', '--hop=1000', '--on=client', '--', 'sleep', '1000') as run_:
            run_.wait_for(lambda facts: packets(facts, event='sent'))
            pids = children(run_.process.pid)
            self.assertEqual(len(pids), 3)
            namespaces = {os.readlink(f'/proc/{pid}/ns/net') for pid in run_.helpers().values()}
            self.assertEqual(len(namespaces), 2)
            processes = [os.pidfd_open(pid) for pid in pids]
            run_.process.kill()
            self.assert_gone(processes)
        self.assertEqual(run_.status, -signal.SIGKILL)
        left = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                if os.readlink(f'/proc/{pid}/ns/net') in namespaces:
                    left.append(pid)
            except OSError:
                pass
        self.assertEqual(left, [])

    def test_a_helper_is_killed(self):
        for machine in 'client', 'server':
            with Running('--demo=1', '--hop=500') as run_:
                run_.wait_for(lambda facts: packets(facts, event='sent'))
                pids = run_.helpers()
                processes = [os.pidfd_open(pid) for pid in pids.values()]
                os.kill(pids[machine], signal.SIGKILL)
                run_.process.wait(PATIENCE)
                self.assert_gone(processes)
            self.assertEqual(run_.status, 1)
            self.assertRegex(run_.errors, fr"^sockview: The {machine} machine's process has ended\.[^\n]*\n$")
            self.assertIn('has ended', [f for f in run_.facts if f['kind'] == 'note'][-1]['text'])

    def test_ctrl_c(self):
        with Running('--demo=1', '--hop=1000') as run_:
            run_.wait_for(lambda facts: packets(facts, event='sent'))
            processes = [os.pidfd_open(pid) for pid in children(run_.process.pid)]
            run_.process.send_signal(signal.SIGINT)
            run_.process.wait(PATIENCE)
            self.assert_gone(processes)
        self.assertEqual((run_.status, run_.errors), (130, ''))


class Mistakes(unittest.TestCase):
    def complain(self, status, pattern, *options, **kwargs):
        result = run(*options, **kwargs)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertRegex(result.stderr, fr'^sockview: [^\n]*{pattern}[^\n]*\n$')

    def test_usage(self):
        two = ['--json', '--two-machines', '--demo=1']
        for options in (['--json', '--demo=1', '--nat'], ['--json', '--demo=1', '--hop=5'], [*two, '--hop=x'],
                        [*two, '--hop=-1'], [*two, '--hop=10001'], [*two, '--hop=nan'], [*two, '--loss=101'],
                        [*two, '--loss='], [*two, '--on=client'], [*two, '--', 'ls'], [*two, '--on=here', '--', 'ls'],
                        [*two, '--pcapng']):
            with self.subTest(options):
                self.complain(2, '', *options)

    def test_failures(self):
        two = ['--json', '--two-machines', '--demo=1', '--hop=1']
        self.complain(1, 'could not be started', *two, env={**os.environ, 'SOCKVIEW_MACHINE': '/nowhere/helper'})
        self.complain(1, 'cannot be saved', *two, '--pcapng=/nowhere/file.pcapng')
        self.complain(1, 'no-such-command', *two, '--on=client', '--', 'no-such-command')
        if os.path.exists('/dev/full'):
            self.complain(1, 'cannot be saved', *two, '--pcapng=/dev/full')

    def test_refused(self):
        # 127.0.0.1 of the server machine is not reachable from the client machine.
        facts = demo('--demo=1', '--hop=1', '--bind=127.0.0.1:9999')
        self.assertTrue(any('ECONNREFUSED' in f['args'] for f in facts if f['kind'] == 'call'))
        self.assertTrue(any('RST' in p['flags'] for p in packets(facts, machine='client')))


def why_not():
    """None, or the sentence that says why there can be no two machines here."""
    result = run('--json', '--two-machines', '--demo=1', '--hop=0')
    return None if result.returncode == 0 else result.stderr.strip()


if __name__ == '__main__':
    SOCKVIEW = os.path.abspath(sys.argv.pop(1))
    REASON = why_not()
    if REASON is not None and re.search('user namespace|network of its own|/dev/net/tun', REASON):
        print(f'skipped: {REASON}', file=sys.stderr)
        sys.exit(77)
    unittest.main()
