#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a screen reader finds in each state of the window: everything that a person can act on has a name, the pictures
have a text that tells what they show, and rows say what is in them.

Run on a display and a session bus of its own: test-accessibility.py SOCKVIEW-WINDOW
"""
import contextlib
import os
import subprocess
import sys
import time
import unittest

PROGRAM = sys.argv[1]
DEADLINE = 60
TITLE = 'SockView'
os.environ['GTK_A11Y'] = 'atspi'
# The library that we read with warns of what GTK 4.8 does not offer.
WITH_WARNINGS = dict(os.environ)
os.environ.pop('G_DEBUG', None)

try:
    import pyatspi
    from gi.repository import Gio, GLib
except ImportError as error:
    print(f'SKIP: {error} (see build-aux/deps)')
    sys.exit(77)

# What a person acts on. The names of roles are those of both GTK 4.8 and today's.
CONTROLS = {pyatspi.ROLE_PUSH_BUTTON, pyatspi.ROLE_TOGGLE_BUTTON, pyatspi.ROLE_CHECK_BOX, pyatspi.ROLE_RADIO_BUTTON,
            pyatspi.ROLE_ENTRY, pyatspi.ROLE_TEXT, pyatspi.ROLE_SPIN_BUTTON, pyatspi.ROLE_SLIDER, pyatspi.ROLE_COMBO_BOX,
            pyatspi.ROLE_LIST_ITEM, pyatspi.ROLE_TABLE_ROW, pyatspi.ROLE_MENU_ITEM, pyatspi.ROLE_LINK}
PICTURES = {pyatspi.ROLE_IMAGE, pyatspi.ROLE_ICON}
# Nothing below these is of interest.
LEAVES = {pyatspi.ROLE_LABEL, pyatspi.ROLE_SCROLL_BAR, pyatspi.ROLE_LIST_ITEM, pyatspi.ROLE_SLIDER, *PICTURES}
GONE = (GLib.Error, LookupError, RuntimeError, NotImplementedError)


def settle():
    """Lets what comes from the accessibility bus in, until it is quiet."""
    again = []
    GLib.timeout_add(50, again.append, True)
    while not again:
        GLib.MainContext.default().iteration(True)


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f'waited {DEADLINE} s in vain until {what}')
        settle()


def wake():
    """Says on the bus that somebody listens."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    bus.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None, None, Gio.DBusCallFlags.NONE, -1)
    bus.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.freedesktop.DBus.Properties', 'Set',
                  GLib.Variant('(ssv)', ('org.a11y.Status', 'IsEnabled', GLib.Variant('b', True))), None,
                  Gio.DBusCallFlags.NONE, -1)
    # Whoever is there before the registry is not found in it.
    pyatspi.Registry.getDesktop(0)
    settle()


def find_program():
    for application in pyatspi.Registry.getDesktop(0):
        if application and any(frame and frame.name == TITLE for frame in application):
            return application
    return None


def walk(node, path=()):
    """Every node that may be of interest, with its role and those above it; the tree may change meanwhile."""
    try:
        role = node.getRole()
        yield node, role, path
        children = [] if role in LEAVES else [node.getChildAtIndex(i) for i in range(node.childCount)]
    except GONE:
        return
    for child in children:
        if child is not None:
            yield from walk(child, (*path, node))


def name_of(node):
    """GTK calls what has no name after its class, which is no name."""
    name = node.name or ''
    return '' if name.startswith(('Gtk', 'Adw', 'Sv')) and ' ' not in name else name


def is_nameless(node, role, path):
    if role not in CONTROLS and role not in PICTURES or name_of(node):
        return False
    # The row of a table's heads is made by GTK, which has no means to name it.
    heads = role == pyatspi.ROLE_TABLE_ROW and path[-1].getRole() == pyatspi.ROLE_TREE_TABLE
    return not heads and node.getState().contains(pyatspi.STATE_FOCUSABLE)


class Screen:
    """All that can be heard, at one moment."""

    def __init__(self, program):
        self.texts, self.wrong, self.rows, self.cells, self.pictures = [], [], [], [], {}
        for node, role, path in walk(program):
            with contextlib.suppress(*GONE):
                self.listen(node, role, path)

    def listen(self, node, role, path):
        name = name_of(node)
        self.texts.append(name)
        if role in PICTURES:
            self.pictures[name] = node.description
            self.texts.append(node.description)
        elif role == pyatspi.ROLE_TABLE_ROW and name:
            self.rows.append(name)
        elif role == pyatspi.ROLE_TABLE_CELL and name:
            self.cells.append(name)
        if is_nameless(node, role, path):
            where = ' / '.join(filter(None, map(name_of, path)))
            self.wrong.append(f'{node.getRoleName()} “{node.description}” in {where}')

    def tells(self, words):
        text = '\n'.join(self.texts)
        return all(word in text for word in words)


class Walk(unittest.TestCase):
    def look(self, *arguments, words=(), condition=lambda screen: True):
        """Starts the program and waits until it tells the words, and nothing is without a name."""
        process = subprocess.Popen([PROGRAM, '--bind=127.0.0.1:0', '--size=1280x720', *arguments], env=WITH_WARNINGS)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        program = wait_for(find_program, 'the window can be read')
        end = time.monotonic() + DEADLINE
        while True:
            screen = Screen(program)
            if screen.tells(words) and not screen.wrong and condition(screen):
                return
            if time.monotonic() > end:
                self.fail(f'wanted: {words}\nwithout a name: {screen.wrong}\npictures: {screen.pictures}\n'
                          + '\n'.join(filter(None, screen.texts)))
            settle()

    def test_welcome(self):
        self.look('--show=welcome', words=('Start on', 'only this computer can connect'))

    def test_listening(self):
        self.look('--show=listening', words=('Stop Server', 'listen(5)', 'State: LISTEN'),
                  condition=lambda screen: any(row.startswith('tcp') and ' to ' in row for row in screen.rows))

    def test_connections(self):
        def pictures(screen):
            return any('accept(' in text and 'SYN, ACK' in text and 'reconstructed' in text
                       for name, text in screen.pictures.items() if name.startswith('The chosen connection')) \
                and any('ephemeral' in text for name, text in screen.pictures.items() if name.startswith('The ports'))
        self.look('--show=connections', words=('client 3', 'ESTABLISHED', 'accept('), condition=pictures)

    def test_files(self):
        self.look('--show=connections', '--drawer=files', words=('Calls', 'socket:['))

    def test_packet(self):
        self.look('--show=handshake', '--drawer=packet', words=('connect(', 'IPv4, Version, 4'))

    def test_held(self):
        self.look('--show=held', words=('Accept one', '3 connections wait for accept()'))

    def test_teardown(self):
        self.look('--show=teardown', words=('TIME_WAIT', 'close('))

    def test_port_in_use(self):
        self.look('--show=port-in-use', words=('EADDRINUSE',))

    def test_unavailable(self):
        self.look('--show=unavailable', words=('Two Machines', 'Try Again', 'sockview-machine could not be started'))

    def test_two_machines(self):
        probe = subprocess.run([PROGRAM, '--screenshot=/dev/null', '--show=syn-in-flight'], env=WITH_WARNINGS,
                               stderr=subprocess.PIPE, text=True, timeout=DEADLINE, check=False)
        if '/dev/net/tun' in probe.stderr or 'namespace' in probe.stderr:
            self.skipTest(probe.stderr.strip())
        words = 'Client machine', '172.16.17.74', 'Server machine', '13.51.197.134', 'Two Machines', 'SYN_SENT'
        controls = ('Hold packets', 'Deliver all', 'Time of one hop', 'Delay, Loss and NAT', 'Freeze the wire',
                    'Open a shell here')
        self.look('--show=syn-in-flight', '--bind=0.0.0.0:0', words=words + controls)

    def test_gallery(self):
        def diagram(screen):
            return any('CLOSING' in text and 'here' in text and 'other end' in text
                       for name, text in screen.pictures.items() if name.startswith('The states of a TCP connection'))
        self.look('--show=gallery-closing', words=('State Gallery', 'Free It', 'How it was made', 'FIN_WAIT2', 'Back'),
                  condition=diagram)

    def test_break(self):
        self.look('--show=break-in-use-grid', words=('Break It', 'Try It Again', 'EADDRINUSE', 'bind() worked',
                                                     'What a program should do'))

    def test_code(self):
        self.look('--show=connections', '--drawer=code', words=('The code of server.c', 'Client', 'Save As…', 'Python',
                                                                'Calls of this line', 'man 2 accept'))

    def test_quiz(self):
        self.look('--show=quiz', words=('Self-Check', 'Which row is the other half', '(right)', '(wrong)', 'Next',
                                        'Take the Lesson', 'Not so.'))
        self.look('--show=quiz-result', words=('Result by topic', 'Reading netstat', 'New Questions'))

    def test_microscope(self):
        self.look('--show=microscope', words=('Row Microscope', 'local_address, 0100007F, 127.0.0.1', 'socket:[',
                                              'netstat -tuna', 'snd_cwnd', 'Back'))

    def test_lesson(self):
        self.look('--lesson=handshake', '--step=3', '--show=lesson', words=('Three segments', 'One', 'Leave the Lesson'))

    def test_story(self):
        self.look('--show=connections', '--drawer=story', words=('client 1 calls connect(', 'goes from', 'worked out, not seen'))

    def test_lesson_done(self):
        self.look('--lesson=handshake', '--step=3', '--show=lesson-done', words=('RFC 9293', 'Next Step'))


if __name__ == '__main__':
    wake()
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
