#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole program sockview-window: its pictures, its errors, one instance, and that nothing is left of it.

Run on a display and a session bus of its own: test-program.py SOCKVIEW-WINDOW
"""
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

PROGRAM = sys.argv[1]
# Nobody listens on the accessibility bus here, and to look for it costs seconds.
os.environ['GTK_A11Y'] = 'none'
DEADLINE = 60
APP_ID = 'org.example.SockView'


def run(*arguments, env=None):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=DEADLINE, env=env)


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f'waited {DEADLINE} s in vain until {what}')
        os.sched_yield()


def read_png(path):
    """Width, height and the number of different pixels of an 8-bit RGBA PNG, by its chunks."""
    with open(path, 'rb') as file:
        data = file.read()
    assert data[:8] == b'\x89PNG\r\n\x1a\n', path
    width, height, depth, colour = struct.unpack('>IIBB', data[16:26])
    assert depth == 8
    assert colour == 6
    pixels, place = b'', 8
    while place < len(data):
        length, kind = struct.unpack('>I4s', data[place:place + 8])
        if kind == b'IDAT':
            pixels += data[place + 8:place + 8 + length]
        place += 12 + length
    raw = zlib.decompress(pixels)
    return width, height, len({raw[i:i + 4] for i in range(1, len(raw) - 4, 4)})


def listens(pid):
    """Ports that the process PID listens on, as its own /proc says."""
    inodes = set()
    for fd in os.listdir(f'/proc/{pid}/fd'):
        try:
            match = re.match(r'socket:\[(\d+)\]', os.readlink(f'/proc/{pid}/fd/{fd}'))
        except FileNotFoundError:
            continue
        if match:
            inodes.add(match.group(1))
    with open('/proc/net/tcp', encoding='ascii') as file:
        rows = [line.split() for line in file.readlines()[1:]]
    return {int(row[1].split(':')[1], 16) for row in rows if row[3] == '0A' and row[9] in inodes}


class Pictures(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, 'picture.png')

    def take(self, *arguments):
        result = run(f'--screenshot={self.path}', *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return read_png(self.path)

    def test_states(self):
        for state in 'welcome', 'listening', 'handshake', 'connections', 'held', 'teardown', 'port-in-use', 'microscope', \
                'gallery', 'gallery-syn-sent', 'gallery-closing', 'gallery-time-wait', 'break', 'break-refused', \
                'break-broken-pipe', 'break-full-window', 'break-dropped', 'break-peers', \
                'break-in-use-grid', 'quiz', 'quiz-result':
            with self.subTest(state):
                width, height, colours = self.take(f'--show={state}', '--bind=127.0.0.1:0', '--size=1280x720')
                self.assertEqual((width, height), (1280, 720))
                self.assertGreater(colours, 50)

    def test_states_of_two_machines(self):
        for state in 'syn-in-flight', 'syn-ack-in-flight', 'data-in-flight', 'wire-teardown', 'dropped', 'nat':
            with self.subTest(state):
                result = run(f'--screenshot={self.path}', f'--show={state}', '--size=1280x720')
                if '/dev/net/tun' in result.stderr or 'namespace' in result.stderr:
                    self.assertEqual(result.returncode, 1)
                    self.assertFalse(os.path.exists(self.path))
                    self.skipTest(result.stderr.strip())
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertGreater(read_png(self.path)[2], 50)

    def test_unavailable(self):
        """Where two machines cannot be had, a page says why; a picture of their packets is none."""
        self.take('--show=unavailable', '--size=900x650')
        os.unlink(self.path)
        env = dict(os.environ, SOCKVIEW_MACHINE='/nonexistent')
        result = run(f'--screenshot={self.path}', '--show=syn-in-flight', env=env)
        self.assertEqual(result.returncode, 1)
        self.assertIn('sockview-machine could not be started', result.stderr)
        self.assertFalse(os.path.exists(self.path))

    def test_sizes(self):
        for size in '1360x860', '700x600', '360x400':
            with self.subTest(size):
                for state in 'welcome', 'connections':
                    width, height, _ = self.take(f'--show={state}', '--bind=127.0.0.1:0', f'--size={size}')
                    self.assertEqual(f'{width}x{height}', size)

    def test_demo_and_styles(self):
        for style in (), ('--dark',), ('--high-contrast',), ('--dark', '--high-contrast'), ('--rtl',):
            with self.subTest(style):
                self.take('--demo=3', '--bind=[::1]:0', '--drawer=calls', *style)

    def test_unwritable(self):
        for path in '/nowhere/at/all.png', '/dev/full/picture.png', self.folder.name:
            with self.subTest(path):
                result = run(f'--screenshot={path}', '--size=700x600')
                self.assertEqual(result.returncode, 1)
                self.assertIn('The picture could not be saved', result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_demo_that_fails(self):
        """A picture that cannot be taken is no picture: the port has another owner."""
        import socket
        with socket.socket() as other:
            other.bind(('127.0.0.1', 0))
            other.listen()
            port = other.getsockname()[1]
            result = run(f'--screenshot={self.path}', '--demo=1', f'--bind=127.0.0.1:{port}')
        self.assertEqual(result.returncode, 1)
        self.assertIn(str(port), result.stderr)
        self.assertFalse(os.path.exists(self.path))


def children(pid):
    with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as file:
        return [int(child) for child in file.read().split()]


def name_of(pid):
    try:
        with open(f'/proc/{pid}/comm', encoding='ascii') as file:
            return file.read()
    except FileNotFoundError:
        return ''


def lives(pid):
    try:
        with open(f'/proc/{pid}/stat', encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except FileNotFoundError:
        return False


class Killed(unittest.TestCase):
    def test_window_killed(self):
        """Both machines end with the window, whatever ends it."""
        with subprocess.Popen([PROGRAM, '--two-machines', '--hop=1', '--demo=2'],
                              stderr=subprocess.PIPE, text=True) as window:
            def machines():
                return [pid for pid in children(window.pid) if name_of(pid).startswith('sockview-machin')]
            try:
                probe = run('--screenshot=/dev/null', '--show=syn-in-flight')
                if '/dev/net/tun' in probe.stderr or 'namespace' in probe.stderr:
                    self.skipTest(probe.stderr.strip())
                wait_for(lambda: len(machines()) == 2, 'both machines run')
                helpers = machines()
            finally:
                window.kill()
            wait_for(lambda: not any(lives(pid) for pid in helpers), 'both machines have ended')


class Errors(unittest.TestCase):
    def test_usage(self):
        for option in '--demo=0', '--bind=nowhere', '--size=big', '--hop=5', '--two-machines --hop=x', '--nonsense', 'file':
            with self.subTest(option):
                result = run(*option.split())
                self.assertEqual(result.returncode, 2)
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)

    def test_no_display(self):
        env = {name: value for name, value in os.environ.items() if name not in ('DISPLAY', 'WAYLAND_DISPLAY')}
        result = run('--screenshot=/dev/null', env=env)
        self.assertEqual(result.returncode, 1)
        self.assertIn('needs a display', result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)


class OneInstance(unittest.TestCase):
    def start(self, *arguments):
        process = subprocess.Popen([PROGRAM, *arguments], stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def act(self, action):
        return subprocess.run(['gapplication', 'action', APP_ID, action], capture_output=True, timeout=DEADLINE)

    def is_on_the_bus(self):
        result = subprocess.run(['gdbus', 'call', '--session', '--dest=org.freedesktop.DBus',
                                 '--object-path=/org/freedesktop/DBus',
                                 '--method=org.freedesktop.DBus.NameHasOwner', APP_ID],
                                capture_output=True, text=True, timeout=DEADLINE)
        return 'true' in result.stdout

    def has_window(self):
        """GTK exports a window's actions as long as there is one."""
        result = subprocess.run(['gdbus', 'introspect', '--session', f'--dest={APP_ID}',
                                 '--object-path=/org/example/SockView/window', '--recurse'],
                                capture_output=True, text=True, timeout=DEADLINE)
        return 'node /org/example/SockView/window/1' in result.stdout

    def test_second_start(self):
        """It hands over its command line, ends at once, and the first process serves it."""
        first = self.start('--demo=2', '--bind=127.0.0.1:0')
        wait_for(lambda: listens(first.pid), 'the first start listens')
        port = listens(first.pid)
        second = run('--demo=1')
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertEqual(listens(first.pid), port)
        self.assertIsNone(first.poll())

        # A server that runs keeps no process.
        self.act('quit')
        self.assertEqual(first.wait(DEADLINE), 0)
        self.assertEqual(first.stderr.read(), '')

    def test_quit_while_spawning(self):
        first = self.start('--demo=1000', '--bind=127.0.0.1:0')
        wait_for(lambda: first.poll() is not None or listens(first.pid), 'the server listens')
        self.act('quit')
        self.assertEqual(first.wait(DEADLINE), 0)

    def test_service(self):
        """Started by D-Bus it shows nothing until it is activated."""
        first = self.start('--gapplication-service')
        wait_for(self.is_on_the_bus, 'the service is on the bus')
        self.assertFalse(self.has_window())
        subprocess.run(['gapplication', 'launch', APP_ID], check=True, timeout=DEADLINE)
        wait_for(self.has_window, 'the window is there')
        self.act('quit')
        self.assertEqual(first.wait(DEADLINE), 0)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
