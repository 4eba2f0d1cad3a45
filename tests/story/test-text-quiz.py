#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-text-quiz.py SOCKVIEW: `sockview --quiz --text` asks in the terminal."""
import os
import re
import socket
import subprocess
import sys
import unittest

SOCKVIEW = sys.argv[1]


def run(*options, answers=""):
    return subprocess.run([SOCKVIEW, "--text", "--quiz", *options], input=answers, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60, env=dict(os.environ, LC_ALL="C.UTF-8"))


def questions(text):
    """Each question with its choices."""
    for part in re.split(r"\n(?=\d+/\d+  )", text)[1:]:
        yield part, re.findall(r"^  (\d)  (.+(?:\n       .+)*)", part, re.MULTILINE)


def learn(seed, size):
    """Answers everything, learning from what is said of each wrong answer."""
    answers = []
    while len(answers) < size:
        asked = list(questions(run(f"--seed={seed}", f"--questions={size}",
                                   answers="\n".join(answers) + "\n" if answers else "").stdout))
        part, choices = asked[len(answers)]
        if "The numbers in the right order" in part:
            guess = " ".join(number for number, _ in choices)
        else:
            guess = "1"
        said = run(f"--seed={seed}", f"--questions={size}", answers="\n".join([*answers, guess]) + "\n").stdout
        part = list(questions(said))[len(answers)][0]
        if "✓" in part:
            answers.append(guess)
        elif "The order is:" in part:
            order = " ".join(part.split("The order is:")[1].split()).split(". ")[0].rstrip(".").split(" → ")
            texts = {" ".join(text.split()): number for number, text in choices}
            answers.append(" ".join(texts[step] for step in order))
        else:
            answers.append(re.search(r"Right is (\d)\.", part).group(1))
    return answers


class Quiz(unittest.TestCase):
    def setUp(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)

    def test_learned(self):
        """Who learns from each wrong answer passes the next time. About this machine's table nothing is learned by
        heart, so this is in a network of its own, where nothing moves."""
        if "SOCKVIEW_TEST_NAMESPACE" not in os.environ:
            self.skipTest("no network namespace can be made here")
        answers = learn(7, 12)
        done = run("--seed=7", answers="\n".join(answers) + "\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("12 of 12 answers are right. Passed.", done.stdout)
        self.assertNotIn("✗", done.stdout)
        self.assertNotIn("--lesson=", done.stdout)

    def test_wrong_answers(self):
        done = run("--seed=3", answers="1\n" * 200)
        self.assertEqual(done.returncode, 0)
        self.assertIn("✗", done.stdout)
        self.assertRegex(done.stdout, r"→ sockview --text --lesson=[a-z-]+\n")

    def test_left(self):
        done = run(answers="")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("1/12", done.stdout)
        self.assertNotIn("answers are right", done.stdout)

    def test_nonsense(self):
        done = run("--seed=1", answers="x\n0\n9\n1 1 1 1 1 1\n\n-1\n" + "9" * 5000 + "\n")
        self.assertEqual(done.returncode, 0)
        self.assertGreaterEqual(done.stdout.count("Please give numbers from 1 to"), 7)

    def test_own(self):
        """Half of the questions are about this machine, or say that they are not."""
        done = run("--questions=48", answers=("1\n1 2 3 4\n1 2 3 4 5\n") * 100)
        asked = [part for part, _ in questions(done.stdout)]
        self.assertEqual(len(asked), 48)
        own = sum("this machine, this moment" in part or "so this is an" in part for part in asked)
        self.assertEqual(own, 24)
        self.assertTrue(any("this machine, this moment" in part for part in asked))

    def test_options(self):
        for options in ["--questions=1"], ["--questions=1000"], ["--questions=x"], ["--seed=-1"]:
            done = run(*options)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1), done.stderr)


if __name__ == "__main__":
    if "SOCKVIEW_TEST_NAMESPACE" not in os.environ:
        for options in ["-n"], ["-Urn"]:
            if subprocess.run(["unshare", *options, "true"], stderr=subprocess.DEVNULL).returncode == 0:
                os.environ["SOCKVIEW_TEST_NAMESPACE"] = "1"
                os.execvp("unshare", ["unshare", *options, "sh", "-c", 'ip link set lo up; exec "$@"', "-",
                                      sys.executable, *sys.argv])
    unittest.main(argv=sys.argv[:1], verbosity=2)
