# SPDX-License-Identifier: GPL-3.0-or-later
"""test-lesson-words.py SOURCE TEST-LESSON: xgettext finds exactly the words that lessons look up."""
import os
import re
import shutil
import subprocess
import sys
import unittest

source, program = sys.argv[1:3]
lessons = os.path.join(source, "data", "lessons")


def msgids(template):
    """The msgids of a template, joined from their lines."""
    for entry in template.split("\n\n")[1:]:
        found = re.search(r'^msgid ((?:".*"\n?)+)', entry, re.MULTILINE)
        text = "".join(re.findall(r'^"(.*)"$', found.group(1), re.MULTILINE))
        yield text.replace('\\"', '"').replace("\\\\", "\\"), 'msgctxt "lesson"' in entry


class Words(unittest.TestCase):
    maxDiff = None

    def test_extracted(self):
        if not shutil.which("xgettext"):
            self.skipTest("gettext is not installed")
        files = sorted(name for name in os.listdir(lessons) if re.match(r"\d\d-.*\.xml$", name))
        template = subprocess.run(["xgettext", "--from-code=UTF-8", "--output=-", *files], cwd=lessons, check=True,
                                  capture_output=True, text=True, env=os.environ | {"GETTEXTDATADIRS": lessons}).stdout
        found = dict(msgids(template))
        used = subprocess.run([program, "--texts"], check=True, capture_output=True, text=True).stdout.split("\0")[:-1]
        self.assertGreater(len(used), 100)
        self.assertEqual(sorted(set(used)), sorted(found))
        self.assertTrue(all(found.values()), "every text has the context “lesson”")

    def test_listed(self):
        """Every lesson of the folder is in the program and in the list of files to translate."""
        files = sorted(name for name in os.listdir(lessons) if re.match(r"\d\d-.*\.xml$", name))
        with open(os.path.join(lessons, "lessons.gresource.xml"), encoding="utf-8") as file:
            packed = re.findall(r"<file[^>]*>(.*)</file>", file.read())
        with open(os.path.join(source, "po", "POTFILES"), encoding="utf-8") as file:
            listed = re.findall(r"^data/lessons/(.*\.xml)$", file.read(), re.MULTILINE)
        self.assertEqual(files, packed)
        self.assertEqual(files, listed)


unittest.main(argv=sys.argv[:1])
