#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`sockview --json --explain=all` decodes every line of /proc/net/tcp and tcp6 as ss(8) understands the same sockets,
and prints a socket as netstat(8), ss(8) and lsof(8) do.

With 3 000 sockets of every kind, in a network namespace of its own where that is allowed.
"""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

from mixed_sockets import LONG, Mixture, wait_until

SOCKVIEW = sys.argv[1]
INSIDE = "SOCKVIEW_TEST_NAMESPACE"
ROWS = 3000
NAMES = {"ESTAB": "ESTABLISHED", "SYN-SENT": "SYN_SENT", "SYN-RECV": "SYN_RECV", "FIN-WAIT-1": "FIN_WAIT1",
         "FIN-WAIT-2": "FIN_WAIT2", "TIME-WAIT": "TIME_WAIT", "CLOSE-WAIT": "CLOSE_WAIT", "LAST-ACK": "LAST_ACK",
         "LISTEN": "LISTEN", "CLOSING": "CLOSING", "UNCONN": "UNCONN"}
Timer = collections.namedtuple("Timer", "name ms grain retransmits")


def output(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=dict(os.environ, LC_ALL="C"))
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


def enter_namespace():
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


def parse_time(text):
    """ss: "980ms", "9.980ms" (9 s and 980 ms; "9.980sec" since iproute2 6.15), "59sec", "1min12sec", "119min"; and how
    finely it says so, in ms."""
    match = re.fullmatch(r"(?:(\d+)min)?(?:(\d+)(?:sec|\.))?(?:(\d+)(?:ms|sec))?", text)
    minutes, seconds, ms = (int(part or 0) for part in match.groups())
    grain = 60000 if minutes > 9 else 1000 if minutes or seconds > 9 else 1
    return minutes * 60000 + seconds * 1000 + ms, grain


def end(text):
    address, _, port = text.rpartition(":")
    return address.strip("[]").replace("*", "::"), port


def rows_of_ss():
    """What `ss -tanoei` says: for each (ends, inode) what stays, and the timer."""
    rows = {}
    for entry in re.split(r"\n(?=\S)", output("ss", "-H", "-tanoei").strip()):
        words = entry.split()
        state, recv_q, send_q, local, peer = words[:5]
        local, peer = end(local), end(peer)
        if state == "UNCONN":  # only bound: newer kernels tell those who ask; /proc does not
            continue
        if ":" in local[0]:
            peer = (peer[0].replace("0.0.0.0", "::"), peer[1])
        found = {key: value for key, _, value in (word.partition(":") for word in words[5:])}
        timer = Timer("off", 0, 1, 0)
        if "timer" in found:
            name, time, retransmits = found["timer"].strip("()").split(",")
            timer = Timer(name, *parse_time(time), int(retransmits))
        info = {}
        if state != "LISTEN" and "rto" in found:
            info["rto"] = int(float(found["rto"])) // 10 * 10
            info["ato"] = int(float(found.get("ato", 0))) // 10 * 10
            info["snd_cwnd"] = int(found["cwnd"])
            if "ssthresh" in found:
                info["snd_ssthresh"] = int(found["ssthresh"])
        key = local, peer, int(found["ino"]), state == "LISTEN"
        rows.setdefault(key, []).append(((NAMES[state], int(recv_q), 0 if state == "LISTEN" else int(send_q),
                                          int(found.get("uid", 0)), timer.name, timer.retransmits, info), timer))
    return rows


def explained(what="all"):
    return [json.loads(line) for line in output(SOCKVIEW, "--json", f"--explain={what}").splitlines()]


def rows_of_sockview():
    rows = {}
    for socket in explained():
        if socket["path"] not in ("/proc/net/tcp", "/proc/net/tcp6"):
            continue
        values, numbers, ends = {}, {}, []
        for field in socket["fields"]:
            assert socket["line"][field["offset"]:].startswith(field["raw"]), socket
            if field["name"] in ("local_address", "rem_address", "remote_address"):
                ends.append(field["value"])
            values[field["name"]], numbers[field["name"]] = field["value"], field["number"]
        ports = ["*" if port == "0" else port for port in ends[1::2]]
        key = (ends[0], ports[0]), (ends[2], ports[1]), numbers["inode"], values["st"] == "LISTEN"
        rows.setdefault(key, []).append(((values["st"], numbers["rx_queue"], numbers["tx_queue"], numbers["uid"],
                                          values["tr"], numbers["retrnsmt"], numbers), numbers["tm->when"]))
    return rows


def still(rows):
    return {key: [said for said, timer in values] for key, values in rows.items()}


def ran_down(before, after):
    """No timer was started again meanwhile."""
    return all(last.ms <= first.ms for key in before for (_, first), (_, last) in zip(before[key], after[key]))


def bracketed():
    """What we say while ss says the same before and after, its clocks aside."""
    def once():
        before, said, after = rows_of_ss(), rows_of_sockview(), rows_of_ss()
        return (before, said, after) if still(before) == still(after) and ran_down(before, after) else None
    return wait_until(once, "two equal answers of ss", 60)


class Decoding(unittest.TestCase):
    def test_every_line(self):
        before, said, after = bracketed()
        self.assertGreaterEqual(sum(map(len, said.values())), ROWS // 2)
        self.assertEqual(set(before) ^ set(said), set())
        timers = collections.Counter()
        for key, ours in said.items():
            self.assertEqual(len(ours), len(before[key]), key)
            for (mine, ms), (theirs, first), (_, last) in zip(ours, before[key], after[key]):
                self.assertEqual(mine[:5], theirs[:5], key)
                # Of a request /proc counts how often its timer expired, sock_diag how often the SYN-ACK was sent again.
                # While a window is full sock_diag counts the unanswered probes; they are /proc's "timeout".
                if mine[0] != "SYN_RECV":
                    count = mine[6]["timeout"] if mine[4] == "persist" else mine[5]
                    self.assertEqual(count, theirs[5], key)
                for name, value in theirs[6].items():
                    self.assertEqual(mine[6][name], value, (key, name))
                # A clock that runs down: between what ss saw before and after; /proc has ticks of 10 ms.
                self.assertLessEqual(ms, first.ms + first.grain + 20, key)
                self.assertGreaterEqual(ms, last.ms - 20, key)
                timers[mine[4]] += 1
        for name in "off", "on", "timewait", "persist":
            self.assertGreater(timers[name], 0, timers)
        lines = [line for path in ("/proc/net/tcp", "/proc/net/tcp6") for line in output("cat", path).splitlines()[1:]]
        self.assertEqual(len(lines), sum(map(len, said.values())))
        print(f"compared {len(lines)} lines; timers: {dict(timers)}")

    def test_mixture(self):
        found = collections.Counter((socket["path"][10:], field["value"]) for socket in explained()
                                    for field in socket["fields"] if field["name"] == "st")
        for wanted in [(p, s) for p in ("tcp", "tcp6") for s in (
                "LISTEN", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT2", "CLOSE_WAIT", "TIME_WAIT")] + [
                    ("tcp", "FIN_WAIT1"), ("tcp", "LAST_ACK"), ("udp", "UNCONN"), ("udp", "ESTABLISHED"),
                    ("udp6", "UNCONN"), ("udp6", "ESTABLISHED")]:
            self.assertGreater(found[wanted], 0, wanted)


def printed_by(*command):
    """Whether this is the version whose columns we print; others pad them otherwise."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return re.search(r"iproute2-6\.1\.|revision: 4\.95\.", done.stdout + done.stderr) is not None


def lines_of(text, exact=True):
    return [line.rstrip() if exact else " ".join(line.split()) for line in text.splitlines()]


def without_time(lines):
    return [re.sub(r"(timer:\(\w+),[^,]*,", r"\1,", line) for line in lines]


class SameRow(unittest.TestCase):
    """As the real tools print it, blanks at the end aside."""

    def setUp(self):
        self.sockets = [s for s in explained() if "TIME_WAIT" not in s["netstat"]]

    def sample(self):
        """A few of each kind of netstat's line, of those whose ends no other socket has."""
        seen, kinds = collections.Counter(s["netstat"].splitlines()[1][20:68] for s in self.sockets), {}
        for socket in self.sockets:
            line = socket["netstat"].splitlines()[1]
            if seen[line[20:68]] == 1:
                kinds.setdefault((line[:5], line[68:].strip()), []).append(socket)
        return [socket for some in kinds.values() for socket in some[:3]]

    def test_netstat(self):
        said = output("netstat", "-tuna").splitlines()
        self.assertEqual(said[1], self.sockets[0]["netstat"].splitlines()[0])
        for socket in self.sample():
            # Queues of data that is being sent may have moved on.
            self.assertIn(socket["netstat"].splitlines()[1][20:], [line[20:] for line in said])

    def test_ss(self):
        compared, exact = 0, printed_by("ss", "-V")
        for socket in self.sample():
            words = socket["ss"].splitlines()[1].split()
            kind = "-uanop" if socket["path"].endswith(("udp", "udp6")) else "-tanop"
            (_, port), (_, peer) = end(words[3]), end(words[4])
            last = []

            def once():
                again = next((s for s in explained(port) if s["line"].split()[1:3] == socket["line"].split()[1:3]), None)
                said = lines_of(output("ss", kind, f"sport = :{port}", "and", f"dport = :{peer}" if peer != "*" else
                                       f"sport = :{port}"), exact)
                if again is None or len(said) != 2:
                    return "another socket"
                ours = lines_of(again["ss"], exact)
                last[:] = said, ours
                return ours if without_time(said) == without_time(ours) else None
            try:
                answer = wait_until(once, "ss prints as we do", 10)
            except AssertionError:
                self.assertEqual(*map(without_time, last))
                raise
            compared += answer != "another socket"
        self.assertGreater(compared, 15)

    def test_lsof(self):
        compared, exact = 0, printed_by("lsof", "-v")
        for socket in self.sample():
            if socket["lsof"] is None:
                continue
            words = socket["lsof"].splitlines()[1].split()
            done = output("lsof", "-nP", "-i", "-a", "-p", words[1], "-d", words[3].rstrip("u"))
            self.assertEqual(lines_of(done, exact), lines_of(socket["lsof"], exact))
            compared += 1
        self.assertGreater(compared, 15)

    def test_nobody(self):
        """What no process holds, lsof does not know."""
        for socket in self.sockets:
            inode = next(field["number"] for field in socket["fields"] if field["name"] == "inode")
            if inode == 0:
                self.assertIsNone(socket["lsof"])


class Options(unittest.TestCase):
    def run_it(self, *options):
        return subprocess.run([SOCKVIEW, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_wrong_port(self):
        for what in "", "0", "65536", "-1", "http", "9999x":
            done = self.run_it("--text", f"--explain={what}")
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1), done.stderr)

    def test_no_such_port(self):
        done = self.run_it("--text", "--explain=1")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_text(self):
        port = MIXTURE.plain.getsockname()[1]
        said = self.run_it("--text", f"--explain={port}").stdout
        line = next(line for line in output("cat", "/proc/net/tcp").splitlines() if f":{port:04X} 00000000:0000 0A" in line)
        self.assertIn(line, said)
        for wanted in "7F 00 00 01", "$ netstat -tuna", "$ ss -tanop", "$ lsof -nP -i", "LISTEN", "rcvbuf":
            self.assertIn(wanted, said)


if __name__ == "__main__":
    missing = [tool for tool in ("netstat", "ss", "ip", "unshare", "lsof") if shutil.which(tool) is None]
    if missing:
        print("SKIP: not installed: " + ", ".join(missing))
        sys.exit(77)
    inside = os.environ.get(INSIDE) is not None
    if not inside:
        enter_namespace()
    MIXTURE = Mixture(ROWS, inside and set_up_namespace())
    unittest.main(argv=sys.argv[:1], verbosity=2)
