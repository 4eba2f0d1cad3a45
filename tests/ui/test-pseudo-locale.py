#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No English is left on the screen where every word has a translation: with a catalogue that writes each letter of each
message in another way, what a screen reader finds in the window, a lesson, the self-check, the gallery, the bench and
the microscope has no plain word but names and terms that are the same in every language.

Run on a display and a session bus of its own: test-pseudo-locale.py SOCKVIEW-WINDOW SOURCE
"""
import contextlib
import errno
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM, SOURCE = sys.argv[1:3]
spec = importlib.util.spec_from_file_location('accessibility', os.path.join(HERE, 'test-accessibility.py'))
reader = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reader)

LANGUAGE = 'qps'  # nobody's, so that GTK has no catalogue for it
DEADLINE = 8  # in seconds; a replay is not waited for
LETTERS = dict(zip(map(ord, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'),
                   'àƀćđèƒĝĥìĵķĺɱñòƥɋŕśţùṽŵẋýžÀƁĆĐÈƑĜĤÌĴĶĹṀÑÒƤɊŔŚŢÙṼŴẊÝŽ'))
# What stays as it is in a message: places for values, markup, and the program's name.
KEPT = re.compile(r"%<\w+>|%(?:\d+\$)?[-+ #0'I]*\d*(?:\.\d+|\.\*)?(?:hh|h|ll|l|z|j|t)?[a-zA-Z%]|\{[^}]*\}|<[^>]*>|&\w+;"
                  r"|\\.|SockView")
# What is no word: calls with their values, fields by the names that the RFCs give them, paths, what has a number, a sign
# or capitals in it; and what the C library and netstat say, each in its own words.
NO_WORD = re.compile(r"[\w.]+\([^)]*\)?|^(?:IPv[46]|TCP|UDP), [A-Z][\w -]*,|\S*[/_\d=:\[\]|*]\S*|sockview-\w+|\b[A-Z][A-Z\d_,-]+\b")
QUOTED = [*map(os.strerror, errno.errorcode), 'Active Internet connections (servers and established)']
# The same in every language: names of programs, protocols, fields as the tools print them.
TERMS = set("""sockview python netstat proto recv send local address foreign state tcp udp nc ss lsof server client hello
    true false""".split())
# GTK's own words, which GTK's catalogues translate, and what is never on the screen.
OTHERS = {'Minimize', 'Maximize', 'Restore', 'Close', 'Minimize the window', 'Maximize the window', 'Restore the window',
          'Close the window', '(None)', 'org.example.SockView'}
WORD = re.compile(r"[A-Za-z]{3,}")


def translate(message):
    """Every letter in another way; places for values stay."""
    out, end = [], 0
    for kept in KEPT.finditer(message):
        out += message[end:kept.start()].translate(LETTERS), kept.group()
        end = kept.end()
    return ''.join(out) + message[end:].translate(LETTERS)


def make_catalogue(folder):
    template = os.path.join(folder, 'sockview.pot')
    subprocess.run(['xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_', '--keyword=C_:1c,2',
                    '--keyword=NC_:1c,2', '--keyword=g_dcgettext:2', '--keyword=g_dngettext:2,3',
                    '--keyword=g_dpgettext2:2c,3', '--files-from=po/POTFILES', '--directory=' + SOURCE,
                    '--output=' + template], cwd=SOURCE, check=True, capture_output=True,
                   env=os.environ | {'GETTEXTDATADIRS': '/usr/share/gettext:' + os.path.join(SOURCE, 'data', 'lessons')})
    # msgen puts the message in the place of its translation.
    english = subprocess.run(['msgen', '--no-wrap', template], check=True, capture_output=True, text=True).stdout
    head, _, body = english.partition('\n\n')
    lines, inside = [], ''
    for line in body.splitlines():
        keyword = re.match(r'(msg[a-z]+)\S*\s', line)
        inside = keyword.group(1) if keyword else inside
        if inside == 'msgstr' and line.endswith('"'):
            before, _, text = line.partition('"')
            line = before + '"' + translate(text[:-1]) + '"'
        lines.append(line)
    head = re.sub('Plural-Forms: .*;', 'Plural-Forms: nplurals=2; plural=n != 1;', head.replace('#, fuzzy', '#'))
    where = os.path.join(folder, LANGUAGE, 'LC_MESSAGES')
    os.makedirs(where)
    subprocess.run(['msgfmt', '--output-file=' + os.path.join(where, 'sockview.mo'), '-'],
                   input=head + '\n\n' + '\n'.join(lines) + '\n', text=True, check=True)


def left_over(text):
    """The English words in a text."""
    for sentence in QUOTED:
        text = text.replace(sentence, ' ')
    words = WORD.findall(NO_WORD.sub(' ', text)) if text not in OTHERS else []
    return [word for word in words if word.lower() not in TERMS]


class PseudoLocale(unittest.TestCase):
    maxDiff = 0

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        make_catalogue(cls.folder)

    @staticmethod
    def texts(program):
        """What can be read, each once, with what it is."""
        found = {}
        for node, _, _ in reader.walk(program):
            with contextlib.suppress(*reader.GONE):
                for text in (reader.name_of(node), node.description or ''):
                    found.setdefault(text, node.getRoleName())
        return found

    def look(self, *arguments):
        environment = reader.WITH_WARNINGS | {'LC_ALL': 'C.UTF-8', 'LANGUAGE': LANGUAGE, 'SOCKVIEW_LOCALEDIR': self.folder}
        process = subprocess.Popen([PROGRAM, '--bind=127.0.0.1:0', '--size=1280x720', *arguments], env=environment)
        try:
            program = reader.wait_for(reader.find_program, 'the window can be read')
            # What is there at any moment counts; at rest, nothing new comes.
            found, quiet, end = {}, 0, time.monotonic() + DEADLINE
            while quiet < 3 and time.monotonic() < end:
                before = len(found)
                found.update(self.texts(program))
                quiet = quiet + 1 if len(found) == before else 0
                reader.settle()
            self.assertTrue(any(translate('Server') in text for text in found), 'the catalogue is in use')
            english = [f'{role} “{text}”: {left_over(text)}' for text, role in found.items() if left_over(text)]
            self.assertEqual(english, [], '\n'.join(english))
        finally:
            process.kill()
            process.wait()
            reader.wait_for(lambda: not reader.find_program(), 'the window is gone')


def add(name, *arguments):
    setattr(PseudoLocale, 'test_' + name, lambda self: self.look(*arguments))


for state in ('welcome', 'listening', 'held', 'teardown', 'port-in-use', 'gallery-closing', 'break-in-use-grid', 'quiz',
              'quiz-result', 'microscope'):
    add(state.replace('-', '_'), '--show=' + state)
for page in 'calls', 'files', 'story':
    add('drawer_' + page, '--show=connections', '--drawer=' + page)
add('drawer_packet', '--show=handshake', '--drawer=packet')
for lesson, step in (('socket', 1), ('handshake', 3), ('ports', 2), ('when-it-breaks', 1)):
    add('lesson_' + lesson.replace('-', '_'), '--lesson=' + lesson, f'--step={step}', '--show=lesson-done')
add('lesson_begun', '--lesson=talking', '--step=2', '--show=lesson')

if __name__ == '__main__':
    for tool in 'xgettext', 'msgen', 'msgfmt':
        if not shutil.which(tool):
            print(f'SKIP: {tool} is missing (gettext is not installed)')
            sys.exit(77)
    reader.wake()
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
