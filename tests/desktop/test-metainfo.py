# SPDX-License-Identifier: GPL-3.0-or-later
"""test-metainfo.py METAINFO DESKTOP VERSION APP_ID: what an app store wants to know is there, and the validators agree."""
import configparser
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ET

metainfo, desktop, version, app_id = sys.argv[1:]


class Metainfo(unittest.TestCase):
    def setUp(self):
        self.root = ET.parse(metainfo).getroot()

    def text(self, path):
        """The untranslated text at that path, with its white space as it is shown."""
        for element in self.root.iterfind(path):
            if "{http://www.w3.org/XML/1998/namespace}lang" not in element.attrib:
                return " ".join("".join(element.itertext()).split())
        return self.fail(f"there is no {path}")

    def test_names(self):
        self.assertEqual(self.text("id"), app_id)
        self.assertEqual(self.text("launchable[@type='desktop-id']"), app_id + ".desktop")
        self.assertRegex(self.root.find("developer").get("id"), r"^\w+(\.\w+)+$")
        self.assertRegex(self.text("url[@type='homepage']"), r"^https://")

    def test_words(self):
        summary = self.text("summary")
        self.assertTrue(10 <= len(summary) <= 35, summary)
        self.assertFalse(summary.endswith("."), summary)
        self.assertNotRegex(summary, r"^(An?|The) ")
        self.assertGreaterEqual(len(self.text("description/p")), 80)

    def test_licences(self):
        self.assertEqual(self.text("metadata_license"), "CC0-1.0")
        self.assertEqual(self.text("project_license"), "GPL-3.0-or-later")
        self.assertEqual(self.root.find("content_rating").get("type"), "oars-1.1")

    def test_colours(self):
        colours = self.root.findall("branding/color[@type='primary']")
        self.assertEqual({colour.get("scheme_preference") for colour in colours}, {"light", "dark"})
        for colour in colours:
            self.assertRegex(colour.text, r"^#[0-9a-f]{6}$")

    def test_screenshots(self):
        screenshots = self.root.findall("screenshots/screenshot")
        self.assertTrue(3 <= len(screenshots) <= 6)
        self.assertEqual([shot.get("type") for shot in screenshots].count("default"), 1)
        for shot in screenshots:
            self.assertTrue(shot.findtext("caption"))
            self.assertFalse(shot.findtext("caption").endswith("."))

    def test_release(self):
        release = self.root.find("releases/release")
        self.assertEqual(release.get("version"), version)
        self.assertRegex(release.get("date"), r"^\d{4}-\d\d-\d\d$")

    def test_validators(self):
        done = []
        if shutil.which("appstreamcli"):
            found = subprocess.run(["appstreamcli", "--version"], capture_output=True, text=True, check=True).stdout
            # Before 1.0 it does not know <developer> and calls it a fault; the newer one is asked strictly.
            strict = ["--strict"] if int(re.search(r"(\d+)\.\d+", found).group(1)) >= 1 else []
            done.append(["appstreamcli", "validate", "--no-net", *strict, metainfo])
        if shutil.which("appstream-util"):
            done.append(["appstream-util", "validate-relax", "--nonet", metainfo])
        if not done:
            self.skipTest("neither appstreamcli nor appstream-util is installed")
        for command in done:
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


class MenuEntry(unittest.TestCase):
    def test_entry(self):
        parser = configparser.ConfigParser(interpolation=None, strict=True)
        parser.optionxform = str
        parser.read(desktop, encoding="utf-8")
        entry = parser["Desktop Entry"]
        self.assertEqual(entry["Icon"], app_id)
        self.assertEqual(entry["DBusActivatable"], "true")
        self.assertEqual(entry["Categories"], "Education;Network;")
        self.assertGreaterEqual(entry["Keywords"].count(";"), 3)


unittest.main(argv=sys.argv[:1])
