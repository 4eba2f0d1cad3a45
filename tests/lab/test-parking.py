#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sockview --park and --break against independent witnesses: ss and strace.

test-parking.py SOCKVIEW
"""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOCKVIEW = None
PATIENCE = 60
STATES = {'LISTEN': 'LISTEN', 'SYN_SENT': 'SYN-SENT', 'SYN_RECV': 'SYN-RECV', 'UNACCEPTED': 'ESTAB',
          'ESTABLISHED': 'ESTAB', 'FIN_WAIT1': 'FIN-WAIT-1', 'FIN_WAIT2': 'FIN-WAIT-2', 'CLOSE_WAIT': 'CLOSE-WAIT',
          'LAST_ACK': 'LAST-ACK', 'CLOSING': 'CLOSING', 'TIME_WAIT': 'TIME-WAIT'}
UNOWNED = {'SYN_RECV', 'UNACCEPTED', 'FIN_WAIT1', 'LAST_ACK', 'TIME_WAIT'}
ERRORS = {'in-use': ('bind', 'EADDRINUSE'), 'in-use-time-wait': ('bind', 'EADDRINUSE'),
          'other-address': ('bind', 'EADDRINUSE'), 'reuse-port': ('bind', 'EADDRINUSE'),
          'privileged': ('bind', 'EACCES'), 'not-available': ('bind', 'EADDRNOTAVAIL'),
          'refused': ('connect', 'ECONNREFUSED'), 'timed-out': ('connect', 'ETIMEDOUT'),
          'full-backlog': ('connect', 'EINPROGRESS'), 'no-descriptors': ('accept', 'EMFILE'),
          'full-window': ('send', 'EAGAIN'), 'broken-pipe': ('send', 'EPIPE'), 'reset': ('recv', 'ECONNRESET'),
          'half-open': ('recv', 'ETIMEDOUT'), 'self-connect': ('bind', 'EADDRINUSE'),
          'dropped': ('recv', 'EAGAIN'), 'peers': ('connect', 'EADDRNOTAVAIL')}
# The C library's calls as the kernel is asked.
TRACED = {'accept': 'accept4?', 'send': 'send(?:to)?', 'recv': 'recv(?:from)?'}


def parse(text):
    return [json.loads(line) for line in text.splitlines()]


def run(*options, program=(), env=None):
    done = subprocess.run([*program, SOCKVIEW, *options], capture_output=True, text=True, timeout=PATIENCE, env=env)
    return done.returncode, done.stdout, done.stderr


def ss():
    """(local, foreign) → (state, whether a process holds it)."""
    text = subprocess.run(['ss', '-tanHe'], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in text.splitlines():
        fields = line.split()
        found[fields[3], fields[4]] = fields[0], ' ino:' in line and ' ino:0 ' not in line
    return found


def every_port_is_free():
    with open('/proc/sys/net/ipv4/ip_unprivileged_port_start') as file:
        return int(file.read()) <= 1


class Parking(unittest.TestCase):
    def parked(self, process):
        for line in process.stdout:
            fact = json.loads(line)
            if fact['kind'] == 'park':
                self.assertEqual(fact['event'], 'parked')
                return fact
        self.fail(process.stderr.read())

    def test_every_state(self):
        """Two seconds each, side by side, while ss looks on; then nothing is left."""
        processes = []
        tuples = set()
        for name in STATES:
            processes.append(subprocess.Popen([SOCKVIEW, '--json', f'--park={name}', '--duration=2'], text=True,
                                              stdout=subprocess.PIPE, stderr=subprocess.PIPE))
            fact = self.parked(processes[-1])
            tuple_ = fact['row']['local'], fact['row']['foreign']
            seen = ss()
            with self.subTest(state=name):
                self.assertIn(tuple_, seen)
                self.assertEqual(seen[tuple_], (STATES[name], name not in UNOWNED))
            tuples |= {tuple_, tuple_[::-1]}
        for process in processes:
            process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 0)
        left = {tuple_: state for tuple_, (state, _) in ss().items() if tuple_ in tuples and state != 'TIME-WAIT'}
        self.assertEqual(left, {})

    def test_closed_is_in_no_table(self):
        status, output, _ = run('--json', '--park=CLOSED', '--duration=0')
        facts = parse(output)
        self.assertEqual(status, 0)
        self.assertEqual([f['call'] for f in facts if f['kind'] == 'call' and 'TCP_NODELAY' not in f['args']],
                         ['socket', 'close'])
        self.assertEqual([f for f in facts if f['kind'] == 'row'], [])

    def test_text(self):
        status, output, _ = run('--park=CLOSE_WAIT', '--duration=0')
        self.assertEqual(status, 0)
        self.assertRegex(output, r'\ntcp +1 +0 127\.0\.0\.1:\d+ +127\.0\.0\.1:\d+ +CLOSE_WAIT')
        self.assertRegex(output, r'\ntcp .* FIN_WAIT[12]')
        self.assertIn('What ends it: ', output)

    def test_signal(self):
        with subprocess.Popen([SOCKVIEW, '--json', '--park=FIN_WAIT2'], stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.PIPE) as process:
            fact = self.parked(process)
            process.terminate()
            process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 128 + 15)
        self.assertNotIn((fact['row']['local'], fact['row']['foreign']), ss())

    def test_bad_input(self):
        for options, words in [(['--park=OPEN'], 'LISTEN, SYN_SENT'), (['--break=everything'], 'refused, timed-out'),
                               (['--park='], 'LISTEN'), (['--park=LISTEN', '--duration=long'], 'seconds'),
                               (['--park=LISTEN', '--break=refused'], 'Choose one of')]:
            status, output, message = run(*options)
            with self.subTest(options=options):
                self.assertEqual((status, output), (2, ''))
                self.assertEqual(len(message.splitlines()), 1)
                self.assertIn(words, message)

    def test_lists(self):
        for option, names in [('--park', {'CLOSED', *STATES}), ('--break', set(ERRORS))]:
            for options in [[option, '--list', '--json'], [option, '--json']]:
                self.assertEqual({fact['name'] for fact in parse(run(*options)[1])}, names)
            self.assertEqual({line.split()[0] for line in run(option, '--list')[1].splitlines()}, names)


class Trials(unittest.TestCase):
    def outcome(self, name, *program, env=None):
        status, output, message = run('--json', f'--break={name}', program=program, env=env)
        self.assertEqual(status, 0, message)
        facts = parse(output)
        self.assertEqual(facts[-1]['kind'], 'trial')
        return facts

    def names(self):
        """A computer where every port is everybody's has nothing to refuse."""
        if every_port_is_free():
            print('ip_unprivileged_port_start is 0: "privileged" is left out', file=sys.stderr)
        names = [name for name in ERRORS if name != 'privileged' or not every_port_is_free()]
        status, _, message = run('--json', '--break=half-open')
        if status != 0:
            self.assertRegex(message, 'namespace|/dev/net/tun|sockview-machine')
            print(f'"half-open" is left out: {message.strip()}', file=sys.stderr)
            names.remove('half-open')
        return names

    def test_strace(self):
        with tempfile.TemporaryDirectory() as folder:
            probe = subprocess.run(['strace', '-o', os.path.join(folder, 'probe'), 'true'], capture_output=True,
                                   text=True)
            if probe.returncode != 0:
                self.skipTest(f'strace may not trace here: {probe.stderr.strip()}')
            for name in self.names():
                call, error = ERRORS[name]
                trace = os.path.join(folder, name)
                # Who is traced cannot look for its own leaks; the other runs do.
                facts = self.outcome(name, 'strace', '-f', '-o', trace, '-e', 'trace=network',
                                     env=dict(os.environ, ASAN_OPTIONS='detect_leaks=0'))
                with open(trace) as file:
                    seen = file.read()
                with self.subTest(name=name):
                    self.assertEqual((facts[-1]['call'], facts[-1]['errno']), (call, error))
                    at_once = re.search(rf'\b{TRACED.get(call, call)}\(\d+.* = -1 {error} ', seen)
                    later = re.search(rf'\bgetsockopt\(\d+, SOL_SOCKET, SO_ERROR, \[{error}\]', seen)
                    self.assertTrue(at_once or (call == 'connect' and later), seen)

    def repeat(self, name):
        return {tuple(sorted((k, json.dumps(v)) for k, v in self.outcome(name)[-1].items() if k != 't'))
                for _ in range(20)}

    def test_twenty_times(self):
        """Each always with the same outcome, and its explanation."""
        with concurrent.futures.ThreadPoolExecutor(len(ERRORS)) as pool:
            names = self.names()
            outcomes = dict(zip(names, pool.map(self.repeat, names)))
        for name, found in outcomes.items():
            with self.subTest(name=name):
                self.assertEqual(len(found), 1, found)
                facts = {k: json.loads(v) for k, v in found.pop()}
                self.assertEqual((facts['call'], facts['errno']), ERRORS[name])
                self.assertTrue(facts['kernel'] and facts['program'])

    def test_grid(self):
        grid = self.outcome('in-use-time-wait')[-1]['grid']
        self.assertEqual([(cell['old'], cell['new'], cell['errno']) for cell in grid],
                         [(False, False, 'EADDRINUSE'), (False, True, 'EADDRINUSE'), (True, False, 'EADDRINUSE'),
                          (True, True, None)])

    def test_nothing_is_lost(self):
        """The queue keeps what accept() could not take; the window opens again; the dropped SYN gets in."""
        facts = self.outcome('no-descriptors')
        self.assertEqual([f['result'] for f in facts if f['kind'] == 'call' and f['call'] == 'recv'], [13])
        self.assertTrue(any(f['kind'] == 'row' and f['state'] == 'LISTEN' and f['recv_q'] == 1 for f in facts))
        facts = self.outcome('full-window')
        sent = sum(f['result'] for f in facts if f['kind'] == 'call' and f['call'] == 'send' and f['result'] > 0)
        self.assertGreater(sent, 2048)
        facts = self.outcome('dropped')
        calls = [f for f in facts if f['kind'] == 'call' and f['result'] == 200]
        sent, read = (sum(f['call'] == name for f in calls) for name in ('send', 'recv'))
        self.assertEqual(sent, 8)
        self.assertTrue(0 < read < sent)
        self.assertEqual(sum(f.get('event') == 'dropped' for f in facts), sent - read)
        self.assertTrue(any(f['kind'] == 'row' and f['proto'] == 'udp' and f['recv_q'] > 0 for f in facts))
        facts = self.outcome('peers')
        accepted = [f['actor'] for f in facts if f['kind'] == 'call' and f['call'] == 'accept' and f['result'] >= 0]
        self.assertEqual(accepted, ['peer 2', 'peer 1'])
        facts = self.outcome('full-backlog')
        self.assertTrue(any(f['kind'] == 'row' and f['state'] == 'SYN_SENT' for f in facts))

    def test_first_send_succeeds(self):
        sends = [f for f in self.outcome('broken-pipe') if f['kind'] == 'call' and f['call'] == 'send']
        self.assertEqual([f['result'] for f in sends], [6, -1])

    def test_capability(self):
        if every_port_is_free():
            self.skipTest('ip_unprivileged_port_start is 0')
        binds = [f for f in self.outcome('privileged') if f['kind'] == 'call' and f['call'] == 'bind']
        self.assertEqual(binds[0]['errno'], 'EACCES')
        if os.geteuid() == 0:
            self.assertIn(binds[1].get('errno'), (None, 'EADDRINUSE'))
        else:
            self.assertEqual(len(binds), 1)

    def test_text(self):
        status, output, _ = run('--break=refused')
        self.assertEqual(status, 0)
        self.assertIn('\nconnect() failed: Connection refused (ECONNREFUSED)\n', output)
        self.assertIn('What a program should do: ', output)


if __name__ == '__main__':
    SOCKVIEW = os.path.abspath(sys.argv.pop(1))
    for tool in 'strace', 'ss':
        if shutil.which(tool) is None:
            sys.exit(f'{tool} is missing: build-aux/deps test installs it')
    unittest.main(verbosity=2)
