# SPDX-License-Identifier: GPL-3.0-or-later
"""test-translations.py SOURCE: every file with words for people is listed, every word is marked, every catalogue is
whole and right."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

source = sys.argv[1]
MARKED = re.compile(r"\b(?:_|N_|C_|NC_|ngettext|g_dngettext|g_dpgettext2?)\s*\(\s*\"")
# What people read of an interface file, unless it says that it is no word.
READ = {"label", "title", "subtitle", "tooltip-text", "placeholder-text", "description", "body", "heading",
        "primary-text", "secondary-text", "text"}

NAME = "SockView"  # the program is called so in every language


def listed(name):
    with open(os.path.join(source, "po", name), encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip() and not line.startswith("#")]


def files(*suffixes):
    for top in ("src", "data"):
        for folder, _, names in os.walk(os.path.join(source, top)):
            for name in sorted(names):
                if name.endswith(suffixes):
                    yield os.path.relpath(os.path.join(folder, name), source)


def read(name):
    with open(os.path.join(source, name), encoding="utf-8") as file:
        return file.read()


class Translations(unittest.TestCase):
    maxDiff = None

    def test_listed(self):
        wanted = {name for name in files(".c", ".h") if MARKED.search(read(name))}
        wanted |= {name for name in files(".ui") if "translatable=\"yes\"" in read(name)}
        wanted |= set(files(".desktop.in", ".metainfo.xml.in"))
        wanted |= {name for name in files(".xml") if re.match(r"data/lessons/\d", name)}
        self.assertEqual(sorted(wanted), sorted(listed("POTFILES")))

    def test_marked(self):
        unmarked = []
        for name in files(".ui"):
            for element in ET.fromstring(read(name)).iter():
                key = element.get("name", "") if element.tag in ("property", "attribute") else ""
                words = re.search(r"[^\W\d_]{2}", element.text or "")
                if (key.replace("_", "-") in READ and words and not element.get("translatable")
                        and element.text.strip() != NAME):
                    unmarked.append(f"{name}: {key} “{element.text.strip()}”")
        self.assertEqual(unmarked, [])

    def test_whole(self):
        """xgettext ends a text at a macro of GLib's: what is looked up at run time would be another one."""
        cut = [f"{name}: {match[0]}" for name in files(".c", ".h")
               for match in re.finditer(r'\b(?:_|N_|C_|NC_|ngettext)\s*\((?:\s|,|"(?:[^"\\]|\\.)*")*\bG_\w+_FORMAT', read(name))]
        self.assertEqual(cut, [])

    def test_catalogues(self):
        languages = listed("LINGUAS")
        self.assertEqual(sorted(name[:-3] for name in os.listdir(os.path.join(source, "po")) if name.endswith(".po")),
                         sorted(languages))
        if not languages:
            return
        if not shutil.which("xgettext"):
            self.skipTest("gettext is not installed")
        with tempfile.TemporaryDirectory() as folder:
            template = os.path.join(folder, "sockview.pot")
            # The keywords are those of meson's preset for GLib, which makes the catalogues.
            subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2",
                            "--keyword=NC_:1c,2", "--keyword=g_dcgettext:2", "--keyword=g_dngettext:2,3",
                            "--keyword=g_dpgettext2:2c,3", "--files-from=po/POTFILES", "--directory=" + source,
                            "--output=" + template], cwd=source, check=True, capture_output=True,
                           env=os.environ | {"GETTEXTDATADIRS": "/usr/share/gettext:" + os.path.join(source, "data", "lessons")})
            for language in languages:
                merged = os.path.join(folder, language + ".po")
                subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file=" + merged,
                                os.path.join(source, "po", language + ".po"), template], check=True)
                result = subprocess.run(["msgfmt", "--check", "--statistics", "--output-file=/dev/null", merged],
                                        capture_output=True, text=True, check=False, env=os.environ | {"LC_ALL": "C"})
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertNotRegex(result.stderr, "untranslated|fuzzy", language)


unittest.main(argv=sys.argv[:1])
