# SPDX-License-Identifier: GPL-3.0-or-later
"""test-text-lesson.py SOCKVIEW: lessons that play by themselves on the command line."""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sockview = sys.argv[1]


def run(*arguments, **more):
    return subprocess.run([sockview, *arguments], capture_output=True, text=True, timeout=300, check=False,
                          env=os.environ | {"LC_ALL": "C.UTF-8"} | more)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def lessons():
    return [json.loads(line) for line in run("--lessons", "--json").stdout.splitlines()]


class TextLesson(unittest.TestCase):
    def test_list(self):
        result = run("--lessons")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([line.split()[0] for line in result.stdout.splitlines()], [one["id"] for one in lessons()])

    def test_each(self):
        for lesson in lessons():
            with self.subTest(lesson["id"]):
                result = run("--json", "--lesson=" + lesson["id"], f"--bind=127.0.0.1:{free_port()}")
                facts = [json.loads(line) for line in result.stdout.splitlines()]
                steps = [fact for fact in facts if fact["kind"] == "step"]
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertTrue(all(step["done"] and step["lesson"] == lesson["id"] for step in steps))
                self.assertEqual([step["number"] for step in steps], list(range(1, steps[0]["steps"] + 1)))
                self.assertTrue(all(fact["verdict"] in ("right", "wrong") for fact in facts
                                    if fact["kind"] == "prediction"))

    def test_text(self):
        result = run("--text", "--lesson=socket", f"--bind=127.0.0.1:{free_port()}")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("✓", result.stdout)
        self.assertNotIn("✗", result.stdout)

    def test_without_nc(self):
        """Where nc is not installed a client of ours takes its place, and says so."""
        result = run("--json", "--lesson=many-clients", f"--bind=127.0.0.1:{free_port()}", PATH="/nonexistent")
        last = json.loads(result.stdout.splitlines()[-1])
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual((last["step"], last["done"]), ("nc", True))

    def test_interrupted(self):
        """Ctrl+C in the middle ends it, with the status that shells know."""
        with subprocess.Popen([sockview, "--text", "--lesson=when-it-breaks", f"--bind=127.0.0.1:{free_port()}"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                if "2/6" in line:
                    break
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + signal.SIGINT)

    def test_port_taken(self):
        """A step that cannot be done is said, and the status is 1."""
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            result = run("--json", "--lesson=listen", f"--bind=127.0.0.1:{other.getsockname()[1]}")
        last = json.loads(result.stdout.splitlines()[-1])
        self.assertEqual(result.returncode, 1)
        self.assertFalse(last["done"])
        self.assertRegex(last["why"], r"\w+ \w+")

    def test_unknown(self):
        result = run("--text", "--lesson=moon")
        self.assertEqual(result.returncode, 2)
        self.assertIn("socket", result.stderr)

    def test_own_lesson(self):
        """A lesson needs no C: in the user's folder, or by its path; a damaged one is named with file and line."""
        with tempfile.TemporaryDirectory() as folder:
            own = os.path.join(folder, "sockview", "lessons")
            os.makedirs(own)
            path = os.path.join(own, "mine.xml")
            with open(path, "w", encoding="utf-8") as file:
                file.write("<lesson id='mine'><title>Mine</title><summary>My own.</summary>"
                           "<step id='go'><title>Go</title><text>Start.</text>"
                           "<do><label>Start</label><act name='start-server'/></do>"
                           "<check><row side='listener' as='l'/></check><done>{l.local}</done></step></lesson>")
            port = f"--bind=127.0.0.1:{free_port()}"
            self.assertIn("mine", run("--lessons", XDG_DATA_HOME=folder).stdout)
            self.assertEqual(run("--text", "--lesson=mine", port, XDG_DATA_HOME=folder).returncode, 0)
            self.assertEqual(run("--text", "--lesson=" + path, port).returncode, 0)
            with open(path, "a", encoding="utf-8") as file:
                file.write("\n<oops>")
            for arguments in (["--lessons"], ["--text", "--lesson=" + path]):
                result = run(*arguments, XDG_DATA_HOME=folder)
                self.assertNotEqual(result.returncode, 0)
                self.assertIn(path + ":2: ", result.stderr)


unittest.main(argv=sys.argv[:1])
