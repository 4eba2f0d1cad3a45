# SPDX-License-Identifier: GPL-3.0-or-later
"""test-manifest.py SOURCE: the Flatpak asks for what it needs and for nothing else, and builds from this folder alone."""
import json
import os
import sys
import unittest

APP_ID = "org.example.SockView"
source = sys.argv[1]


class Manifest(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(source, APP_ID + ".json"), encoding="utf-8") as file:
            self.manifest = json.load(file)

    def test_names(self):
        self.assertEqual(self.manifest["id"], APP_ID)
        self.assertEqual(self.manifest["command"], "sockview")
        self.assertEqual((self.manifest["runtime"], self.manifest["sdk"], self.manifest["runtime-version"]),
                         ("org.gnome.Platform", "org.gnome.Sdk", "50"))

    def test_permissions(self):
        self.assertEqual(self.manifest["finish-args"],
                         ["--share=ipc", "--share=network", "--socket=fallback-x11", "--socket=wayland",
                          "--device=dri"])

    def test_sources(self):
        for module in self.manifest["modules"]:
            self.assertNotIn("build-args", module.get("build-options", {}))
            for entry in module["sources"]:
                self.assertEqual((entry["type"], entry["path"]), ("dir", "."))


unittest.main(argv=sys.argv[:1])
