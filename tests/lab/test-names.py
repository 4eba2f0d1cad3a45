#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connecting by name, in namespaces of the test's own: its hosts file, its name server, nothing else.

test-names.py SOCKVIEW GIO_ORDER
"""
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SOCKVIEW = GIO_ORDER = None
PATIENCE = 30
A, AAAA = 1, 28
NXDOMAIN, SERVFAIL = 3, 2

HOSTS = '''127.0.0.1 localhost
127.0.0.2 two.test
fd00::1 two.test
'''
ZONE = {
    'dns.test': {A: ['127.0.0.3'], AAAA: ['::1']},
    'slow6.test': {A: ['127.0.0.3'], AAAA: ['::1']},
    'many.test': {A: ['127.0.0.4', '127.0.0.5', '127.0.0.6'], AAAA: ['fd00::1', 'fd00::2']},
    'empty.test': {},
}


class NameServer(threading.Thread):
    """Answers as its zone says; keeps silent for hang.test, fails for fail.test, is slow for slow6.test, a little
    with IPv4 for many.test: then the first address is being tried when the others are known."""

    DELAYS = {('slow6.test', AAAA): 0.6, ('many.test', A): 0.02}

    def __init__(self):
        super().__init__(daemon=True)
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 53))

    def run(self):
        while True:
            question, client = self.socket.recvfrom(4096)
            name, kind, end = self.parse(question)
            self.asked.append((name, kind))
            if name == 'hang.test':
                continue
            answer = self.answer(question, name, kind, end)
            if (name, kind) in self.DELAYS:
                threading.Timer(self.DELAYS[name, kind], self.socket.sendto, (answer, client)).start()
            else:
                self.socket.sendto(answer, client)

    @staticmethod
    def parse(question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += 1 + question[at]
        return '.'.join(labels).lower(), struct.unpack('!H', question[at + 1:at + 3])[0], at + 5

    @staticmethod
    def answer(question, name, kind, end):
        code = SERVFAIL if name == 'fail.test' else 0 if name in ZONE else NXDOMAIN
        found = ZONE.get(name, {}).get(kind, [])
        records = b''
        for address in found:
            data = socket.inet_pton(socket.AF_INET if kind == A else socket.AF_INET6, address)
            records += struct.pack('!HHHIH', 0xc00c, kind, 1, 60, len(data)) + data
        return question[:2] + struct.pack('!HHHHH', 0x8180 | code, 1, len(found), 0, 0) + question[12:end] + records


def connect(target, *options, status=0):
    run = subprocess.run([SOCKVIEW, '--json', f'--connect={target}', *options], capture_output=True, text=True,
                         timeout=PATIENCE)
    if run.returncode != status:
        raise AssertionError(f'exit status {run.returncode}: {run.stderr}')
    return [json.loads(line) for line in run.stdout.splitlines()]


def named(facts, **wanted):
    return [f for f in facts if all(f.get(k) == v for k, v in wanted.items())]


def lookups(facts):
    return {f['args'] for f in named(facts, call='g_resolver_lookup_by_name')}


def notes(facts):
    return '\n'.join(f['text'] for f in named(facts, kind='note'))


class Listener:
    def __init__(self, address, family=socket.AF_INET, backlog=5):
        self.socket = socket.socket(family)
        self.socket.bind((address, 0))
        self.socket.listen(backlog)
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


class Names(unittest.TestCase):
    def tried(self, facts):
        return [f['args'].rsplit(':', 1)[0] for f in named(facts, call='connect')]

    def test_hosts_file(self):
        """IPv6 first, where nobody listens; then IPv4."""
        with Listener('127.0.0.2') as listener:
            facts = connect(f'two.test:{listener.port}', '--duration=1')
        self.assertEqual(lookups(facts), {'"two.test", IPv6, [fd00::1]', '"two.test", IPv4, [127.0.0.2]'})
        self.assertEqual(self.tried(facts), ['fd00::1', '127.0.0.2'])
        results = [f['args'] for f in named(facts, call='getsockopt')]
        self.assertTrue(results[0].endswith('[ECONNREFUSED]') and results[1].endswith('[0]'), results)
        self.assertTrue(named(facts, kind='row', foreign=f'127.0.0.2:{listener.port}', state='ESTABLISHED'))

    def test_name_server(self):
        with Listener('::1', socket.AF_INET6) as listener:
            facts = connect(f'dns.test:{listener.port}', '--duration=1')
        # Who has an IPv6 address and is connected waits for no other answer: IPv4's may come too late to be told.
        self.assertIn('"dns.test", IPv6, [::1]', lookups(facts))
        self.assertLessEqual(lookups(facts), {'"dns.test", IPv6, [::1]', '"dns.test", IPv4, [127.0.0.3]'})
        self.assertEqual(self.tried(facts), ['::1'])
        self.assertTrue({('dns.test', A), ('dns.test', AAAA)} <= set(SERVER.asked))

    def test_order_is_gio_s(self):
        """The first address keeps silent (its queue is full), so the order can be seen; 250 ms later the next is tried."""
        expected = subprocess.run([GIO_ORDER, 'many.test'], capture_output=True, text=True, timeout=PATIENCE,
                                  check=True).stdout.split()
        self.assertEqual(expected[:2], ['fd00::1', '127.0.0.4'])
        self.assertEqual(len(expected), 5)
        with Listener('fd00::1', socket.AF_INET6, backlog=0) as listener, socket.socket(socket.AF_INET6) as filler:
            filler.connect(('fd00::1', listener.port))
            facts = connect(f'many.test:{listener.port}', '--duration=1.5')
        self.assertIn(f"in this order: {', '.join(expected)}.", notes(facts))
        self.assertEqual(self.tried(facts), expected)
        times = [f['t'] for f in named(facts, call='connect')]
        self.assertGreaterEqual(times[1] - times[0], 0.25)

    def test_slow_ipv6_is_not_waited_for(self):
        """RFC 8305 section 3: 50 ms, then IPv4 alone."""
        with Listener('127.0.0.3') as listener:
            facts = connect(f'slow6.test:{listener.port}', '--duration=1')
        self.assertEqual(self.tried(facts), ['127.0.0.3'])

    def test_udp(self):
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
            server.bind(('::1', 0))
            server.settimeout(PATIENCE)
            facts = connect(f'dns.test:{server.getsockname()[1]}', '--udp', '--duration=0.5')
            self.assertEqual(server.recv(100), b'hello from client 1\n')
        self.assertEqual(self.tried(facts), ['::1'])

    def test_service_name(self):
        facts = connect('two.test:http', '--duration=1')
        self.assertEqual([f['args'] for f in named(facts, call='connect')], ['fd00::1:80', '127.0.0.2:80'])

    def test_bad_answers(self):
        for name, said in (('nosuch.test', 'has no address'), ('empty.test', 'has no address'),
                           ('fail.test', 'could not be looked up')):
            with self.subTest(name=name):
                facts = connect(f'{name}:80')
                self.assertIn(said, notes(facts))
                self.assertFalse(named(facts, call='socket'))
                self.assertEqual(lookups(facts), {f'"{name}", IPv6, []', f'"{name}", IPv4, []'})

    def test_hang(self):
        """Nobody answers: it is given up, and said, long before the resolver would."""
        start = time.monotonic()
        facts = connect('hang.test:80')
        self.assertLess(time.monotonic() - start, 9)
        self.assertIn('Nobody has answered for “hang.test” in time', notes(facts))
        self.assertFalse(named(facts, call='socket'))

    def test_cancel(self):
        """The end of the time is the end of the question."""
        start = time.monotonic()
        facts = connect('hang.test:80', '--duration=0.5')
        self.assertLess(time.monotonic() - start, 4)
        self.assertIn('called off', notes(facts))

    def test_not_a_name(self):
        for text in ('two.test:', 'two.test:99999', 'two.test:nosuchservice', 'a b:80', 'x' * 300):
            connect(text, status=2)


def inside():
    """In the namespaces: what getaddrinfo() reads is the test's."""
    folder = tempfile.mkdtemp()
    for name, text in (('hosts', HOSTS), ('resolv.conf', 'nameserver 127.0.0.1\n'),
                       ('nsswitch.conf', 'hosts: files dns\nservices: files\n')):
        path = os.path.join(folder, name)
        with open(path, 'w') as file:
            file.write(text)
        if os.path.exists('/etc/' + name):
            subprocess.run(['mount', '--bind', path, '/etc/' + name], check=True)
        os.unlink(path)
    os.rmdir(folder)
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    # Without an address beside loopback's GIO's question (AI_ADDRCONFIG) finds nothing.
    for address in '192.0.2.1/32', 'fd00::1/128', 'fd00::2/128':
        subprocess.run(['ip', 'address', 'add', address, 'dev', 'lo'], check=True)


if __name__ == '__main__':
    if os.environ.get('SOCKVIEW_TEST_INSIDE') is None:
        options = ['-mn'] if os.getuid() == 0 else ['-Urmn']
        probe = subprocess.run(['unshare', *options, 'ip', 'link', 'set', 'lo', 'up'], capture_output=True, text=True)
        if probe.returncode != 0:
            print(f'skipped: no namespaces here: {probe.stderr.strip()}', file=sys.stderr)
            sys.exit(77)
        os.environ['SOCKVIEW_TEST_INSIDE'] = '1'
        os.execvp('unshare', ['unshare', *options, sys.executable, *sys.argv])
    inside()
    SOCKVIEW, GIO_ORDER = sys.argv.pop(1), sys.argv.pop(1)
    SERVER = NameServer()
    SERVER.start()
    unittest.main(verbosity=2)
