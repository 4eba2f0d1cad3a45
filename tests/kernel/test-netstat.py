#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`sockview --netstat` prints what netstat(8) prints, and says what ss(8) says.

With 3 000 sockets of every kind, in a network namespace of its own where that
is allowed, so that nobody else's sockets come and go meanwhile.
"""
import collections
import ctypes
import json
import os
import platform
import re
import shutil
import signal
import struct
import subprocess
import sys
import unittest

from mixed_sockets import LONG, Mixture, wait_until

SOCKVIEW = sys.argv[1]
INSIDE = "SOCKVIEW_TEST_NAMESPACE"
ROWS = 3000
NAMES = {"ESTAB": "ESTABLISHED", "SYN-SENT": "SYN_SENT", "SYN-RECV": "SYN_RECV", "FIN-WAIT-1": "FIN_WAIT1",
         "FIN-WAIT-2": "FIN_WAIT2", "TIME-WAIT": "TIME_WAIT", "CLOSE-WAIT": "CLOSE_WAIT", "LAST-ACK": "LAST_ACK",
         "LISTEN": "LISTEN", "CLOSING": "CLOSING", "UNCONN": ""}


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=dict(os.environ, LC_ALL="C"), **options)


def output(*command):
    done = run(*command)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


def enter_namespace():
    """Becomes this program in a network namespace of its own; returns where that is not allowed."""
    for options in ["-n"], ["-Urn"]:
        if subprocess.run(["unshare", *options, "true"], stderr=subprocess.DEVNULL).returncode == 0:
            os.environ[INSIDE] = "1"
            os.execvp("unshare", ["unshare", *options, sys.executable, *sys.argv])
    print("no network namespace allowed: comparing among this computer's sockets")


def set_up_namespace():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    return all(subprocess.run(["ip", "-6", "address", "add", f"{address}/128", "dev", "lo", "nodad"],
                              stderr=subprocess.DEVNULL).returncode == 0
               for address in (LONG, "2001:db8::aaaa:bbbb:cc"))


def bracketed(witness, command):
    """What @command says at a moment when @witness says the same before and after."""
    def once():
        before, said, after = witness(), output(*command), witness()
        return (before, said) if before == after else None
    return wait_until(once, "two equal answers of the witness")


def refuse_netlink():
    """seccomp: socket(AF_NETLINK, …) fails with EPERM from here on."""
    number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
    program = [(0x20, 0, 0, 0), (0x15, 0, 3, number), (0x20, 0, 0, 16), (0x15, 0, 1, 16), (0x06, 0, 0, 0x00050001),
               (0x06, 0, 0, 0x7FFF0000)]
    code = b"".join(struct.pack("HBBI", *line) for line in program)
    text = ctypes.create_string_buffer(code)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(38, 1, 0, 0, 0)
    if libc.prctl(22, 2, struct.pack("HxxxxxxP", len(program), ctypes.addressof(text))) != 0:
        os._exit(99)


def can_refuse_netlink():
    return platform.machine() in ("x86_64", "aarch64") and \
        subprocess.run(["true"], preexec_fn=refuse_netlink).returncode == 0


def ends(text):
    """An address and port of ss or of our JSON, in one notation."""
    address, _, port = text.rpartition(":")
    address = address.strip("[]").replace("*", "::")
    return address, port


def rows_of_ss():
    """State, queues and both ends of each line of ss; Send-Q of LISTEN is the backlog there."""
    rows = []
    for line in output("ss", "-H", "-tuna").splitlines():
        netid, state, recv_q, send_q, local, foreign = line.split()[:6]
        local, foreign = ends(local), ends(foreign)
        # New kernels tell those who ask, as the ss of today does, of sockets that are only bound. netstat does not.
        if (netid, state) == ("tcp", "UNCONN"):
            continue
        if local[0] == "::" or ":" in local[0]:
            foreign = (foreign[0].replace("0.0.0.0", "::"), foreign[1])
        rows.append((netid, NAMES[state], int(recv_q), 0 if state == "LISTEN" else int(send_q), local, foreign))
    return sorted(rows)


def rows_of_json(text):
    rows = []
    for line in text.splitlines():
        row = json.loads(line)
        assert (row["kind"], row["event"], row["machine"]) == ("row", "added", "this"), row
        assert row["t"] >= 0
        rows.append((row["proto"][:3], row["state"], row["recv_q"], row["send_q"], ends(row["local"]),
                     ends(row["foreign"])))
    return sorted(rows)


class Netstat(unittest.TestCase):
    """The table."""

    def compare(self, *options):
        expected, said = bracketed(lambda: output("netstat", "-tuna"), [SOCKVIEW, "--netstat", *options])
        self.assertGreaterEqual(len(expected.splitlines()), ROWS)
        self.assertEqual(expected.splitlines()[:2], said.splitlines()[:2])
        wrong = collections.Counter(said.splitlines(True))
        wrong.subtract(collections.Counter(expected.splitlines(True)))
        self.assertEqual({line: n for line, n in wrong.items() if n != 0}, {})

    def test_mixture(self):
        """The comparison means something: everything is there."""
        found = collections.Counter()
        for line in output("netstat", "-tuna").splitlines()[2:]:
            found[line.split()[0], line[68:].strip()] += 1
        for wanted in [(p, s) for p in ("tcp", "tcp6") for s in (
                "LISTEN", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT2", "CLOSE_WAIT", "TIME_WAIT")] + [
                    ("tcp", "FIN_WAIT1"), ("tcp", "LAST_ACK"),
                    ("udp", ""), ("udp", "ESTABLISHED"), ("udp6", ""), ("udp6", "ESTABLISHED")]:
            self.assertGreater(found[wanted], 0, wanted)
        if MIXTURE.long_address:
            self.assertIn(" 2001:db8:aaaa:bbb:", output("netstat", "-tuna"))
        else:
            print("without long IPv6 addresses: they cannot be given to lo here")

    def test_netlink(self):
        self.compare("--source=netlink")

    def test_proc(self):
        self.compare("--source=proc")

    def test_default(self):
        self.compare()

    def test_json_and_ss(self):
        for source in "netlink", "proc":
            expected, said = bracketed(rows_of_ss, [SOCKVIEW, "--netstat", "--format=json", f"--source={source}"])
            self.assertEqual(expected, rows_of_json(said))

    def test_fallback(self):
        if not can_refuse_netlink():
            self.skipTest("seccomp cannot be used here")
        done = run(SOCKVIEW, "--netstat", "--source=netlink", preexec_fn=refuse_netlink)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (1, "", 1), done.stderr)
        self.assertIn("netlink", done.stderr)

        def fallback():
            before = output("netstat", "-tuna")
            said = run(SOCKVIEW, "--netstat", preexec_fn=refuse_netlink)
            self.assertEqual((said.returncode, said.stderr), (0, ""))
            return before == output("netstat", "-tuna") and (before, said.stdout)
        expected, said = wait_until(fallback, "two equal answers of netstat")
        self.assertEqual(sorted(expected.splitlines()), sorted(said.splitlines()))

    def test_nothing_readable(self):
        hide = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "-"]
        if run(*hide, "true").returncode != 0:
            self.skipTest("/proc cannot be hidden here: no mount namespace")
        if "Sanitizer" in run(*hide, SOCKVIEW, "--version").stderr:
            self.skipTest("the program is built with a sanitizer, which needs /proc itself")
        self.assertEqual(run(*hide, SOCKVIEW, "--netstat").returncode, 0)
        done = run(*hide, SOCKVIEW, "--netstat", "--source=proc")
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (1, "", 1), done.stderr)
        self.assertIn("/proc/net/tcp", done.stderr)
        if can_refuse_netlink():
            done = run(*hide, SOCKVIEW, "--netstat", preexec_fn=refuse_netlink)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (1, "", 1), done.stderr)


class Command(unittest.TestCase):
    """How it behaves as a command."""

    def test_usage(self):
        for options in (["--netstat", "--format=xml"], ["--netstat", "--format"], ["--netstat", "--source=x"],
                        ["--netstat", "--no-such-option"], ["--netstat", "extra"]):
            with self.subTest(options=options):
                done = run(SOCKVIEW, *options)
                self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1), done.stderr)

    def test_help_and_version(self):
        for option, wanted in ("--help", "--netstat"), ("--version", "SockView"):
            done = run(SOCKVIEW, option)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(wanted, done.stdout)

    def test_reader_leaves(self):
        for ignored in False, True:
            reader, writer = os.pipe()
            os.close(reader)
            handler = signal.SIG_IGN if ignored else signal.SIG_DFL
            done = subprocess.run([SOCKVIEW, "--netstat"], stdout=writer, stderr=subprocess.PIPE, restore_signals=False,
                                  preexec_fn=lambda: signal.signal(signal.SIGPIPE, handler))
            os.close(writer)
            self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_full_disk(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([SOCKVIEW, "--netstat"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stderr.count(b"\n")), (1, 1))

    def test_no_gtk(self):
        self.assertEqual(re.findall(r"\S*(?:gtk|gdk|adwaita|cairo|pango|X11|wayland)\S*", output("ldd", SOCKVIEW)), [])


if __name__ == "__main__":
    missing = [tool for tool in ("netstat", "ss", "ip", "unshare", "ldd") if shutil.which(tool) is None]
    if missing:
        print("SKIP: not installed: " + ", ".join(missing))
        sys.exit(77)
    inside = os.environ.get(INSIDE) is not None
    if not inside:
        enter_namespace()
    MIXTURE = Mixture(ROWS, inside and set_up_namespace())
    unittest.main(argv=sys.argv[:1], verbosity=2)
