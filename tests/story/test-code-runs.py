#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-code-runs.py TEST-CODE SOCKVIEW: the programs beside the picture, as they are saved: they compile without a
warning, run, talk to nc, to each other and to SockView, and say what fails."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

WRITER, SOCKVIEW = sys.argv[1:3]
SECONDS = 30


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def wait_until(condition, what):
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {SECONDS} s: {what}")
        time.sleep(0.01)


class Code(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        subprocess.run([WRITER, f"--write={cls.folder}"], check=True)
        cls.programs = {"python": ([sys.executable, cls.path("server.py")], [sys.executable, cls.path("client.py")])}
        if shutil.which("gcc"):
            for name in "server", "client":
                done = subprocess.run(["gcc", "-Wall", "-Wextra", "-o", cls.path(name), cls.path(name + ".c")],
                                      stderr=subprocess.PIPE, text=True)
                assert (done.returncode, done.stderr) == (0, ""), done.stderr
            cls.programs["c"] = ([cls.path("server")], [cls.path("client")])
        else:
            print("without gcc only the Python programs are tested")

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    def start(self, language):
        port = free_port()
        server = subprocess.Popen([*self.programs[language][0], str(port)], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
        self.addCleanup(server.communicate)
        self.addCleanup(server.kill)
        self.assertEqual(server.stdout.readline(), f"listening on 127.0.0.1:{port}\n")
        return server, port

    def test_saved(self):
        """What is saved is what is in the source."""
        for name in "server.c", "client.c", "server.py", "client.py":
            with open(self.path(name), encoding="utf-8") as file:
                self.assertIn("SPDX-License-Identifier: CC0-1.0", file.read())

    def test_nc(self):
        if not shutil.which("nc"):
            self.skipTest("nc is not installed")
        for language in self.programs:
            with self.subTest(language):
                server, port = self.start(language)
                for text in "hello\n", "again\n", "":
                    done = subprocess.run(["nc", "-N", "127.0.0.1", str(port)], input=text, stdout=subprocess.PIPE,
                                          text=True, timeout=SECONDS)
                    self.assertEqual((done.returncode, done.stdout), (0, text))

    def test_each_other(self):
        lines = "".join(f"line {i}\n" for i in range(500)) + "x" * 3000 + "\n"
        for server_language in self.programs:
            for client_language in self.programs:
                with self.subTest(server=server_language, client=client_language):
                    server, port = self.start(server_language)
                    done = subprocess.run([*self.programs[client_language][1], "127.0.0.1", str(port)], input=lines,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=SECONDS)
                    self.assertEqual((done.returncode, done.stdout, done.stderr), (0, lines, ""))

    def test_sockview_server(self):
        """SockView's own server answers them, and its recording has them."""
        for language in self.programs:
            with self.subTest(language):
                port = free_port()
                sockview = subprocess.Popen([SOCKVIEW, "--text", "--demo=1", f"--bind=127.0.0.1:{port}", "--duration=60"],
                                            stdout=subprocess.PIPE, text=True)
                self.addCleanup(sockview.communicate)
                self.addCleanup(sockview.send_signal, signal.SIGINT)
                said = None

                def answers():
                    nonlocal said
                    said = subprocess.run([*self.programs[language][1], "127.0.0.1", str(port)], input="hello\n",
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=SECONDS)
                    return said.returncode == 0
                wait_until(answers, "SockView's server answers")
                self.assertEqual((said.stdout, said.stderr), ("hello\n", ""))

    def test_failures(self):
        """Each says in a sentence what failed."""
        for language, (server_program, client_program) in self.programs.items():
            with self.subTest(language):
                server, port = self.start(language)
                second = subprocess.run([*server_program, str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, timeout=SECONDS)
                self.assertEqual((second.returncode, second.stdout), (1, ""))
                self.assertIn("Address already in use", second.stderr)
                server.kill()
                server.wait()
                refused = subprocess.run([*client_program, "127.0.0.1", str(port)], input="x\n", stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True, timeout=SECONDS)
                self.assertEqual((refused.returncode, refused.stdout), (1, ""))
                self.assertIn("Connection refused", refused.stderr)

    def test_client_gone(self):
        """A client that breaks off does not end the server."""
        for language in self.programs:
            with self.subTest(language):
                server, port = self.start(language)
                rude = socket.create_connection(("127.0.0.1", port))
                rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                rude.sendall(b"x" * 100)
                rude.close()
                with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as polite:
                    polite.sendall(b"hello\n")
                    self.assertEqual(polite.recv(6), b"hello\n")
                self.assertIsNone(server.poll())

    def test_calls(self):
        """strace sees the calls of the listing, in its order."""
        if not shutil.which("strace") or "c" not in self.programs:
            self.skipTest("strace or gcc is not installed")
        server, port = self.start("c")
        trace = self.path("trace")
        done = subprocess.run(["strace", "-o", trace, "-e", "trace=network,close", *self.programs["c"][1], "127.0.0.1",
                               str(port)], input="hi\n", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=SECONDS)
        if done.returncode != 0 and "ptrace" in done.stderr:
            self.skipTest("strace is not allowed here")
        with open(trace, encoding="utf-8") as file:
            calls = [line.split("(")[0] for line in file]
        calls = calls[calls.index("socket"):]
        self.assertEqual(calls[:5], ["socket", "connect", "sendto", "recvfrom", "close"])


unittest.main(argv=sys.argv[:1], verbosity=2)
