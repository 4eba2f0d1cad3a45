# SPDX-License-Identifier: GPL-3.0-or-later
"""test-coverage.py SOURCE: each fact, tool and example of the text that the program grew from, and each misconception
that it is to meet, has a lesson's step that carries it. Lessons may change; nothing may get lost."""
import os
import re
import sys
import unittest
import xml.etree.ElementTree as ET

folder = os.path.join(sys.argv[1], "data", "lessons")

# What; lesson/step; what the step's words must say (regular expressions, all of them).
FACTS = [
    ("a socket is an endpoint by which processes communicate", "socket/open", r"one end of the conversation: a socket"),
    ("on the same machine or across a network", "socket/open", r"on one computer or across a network"),
    ("identified by IP address, port and protocol", "socket/row", r"protocol, IP address and port"),
    ("an established one by both ends' addresses and ports", "socket/mirror", r"Address and port of both ends, and the protocol"),
    ("the same, for a server of many", "many-clients/tuple", r"local address, local port, foreign address, foreign port"),
    ("read and written like a file", "socket/write", r"used much like a file"),
    ("a descriptor, as of a file", "socket/open", r"file descriptor, the same kind of number an open file has"),
    ("UNIX-domain sockets on the same machine, netstat -x", "socket/close", r"UNIX-domain sockets.*netstat -x"),
    ("peer-to-peer applications", "client-server/ask", r"peer to peer"),
    ("a client acts on behalf of a person: a web browser", "client-server/nobody", r"your web browser"),
    ("a server provides a service", "client-server/nobody", r"servers, which offer a service"),
    ("servers are services started at boot, until shutdown", "client-server/server", r"at boot.*until the machine is shut down"),
    ("hostname, Domain Name System", "client-server/call", r"hostname.*Domain Name System turns it into one"),
    ("hostname and DNS, in detail", "names/localhost", r"/etc/hosts.*DNS, the Domain Name System"),
    ("many clients talk to one server", "client-server/many", r"serves many at the same time"),
    ("socket(), bind(), listen()", "listen/order", r"socket\(\) asks.*bind\(\) gives.*listen\(\) lets"),
    ("accept()", "listen/accept", r"accept\(\) takes the connection that has waited longest"),
    ("recv()", "socket/write", r"called recv\(\)"),
    ("nc from another host", "other-machine/nc", r"On another host one types “nc”"),
    ("nc talks to the server", "many-clients/nc", r"nc \(netcat\) connects"),
    ("netstat shows sockets and open ports", "socket/row", r"netstat and ss print the same one"),
    ("netstat -tuna", "netstat/listen", r"“netstat -tuna” prints TCP and UDP.*-n.*-a"),
    ("a used port is an open port", "listen/row", r"A port that a socket uses is called open"),
    ("the kernel gives the client a port", "handshake/port", r"connect\(\) let the kernel choose one"),
    ("the ephemeral range", "listen/zero", r"/proc/sys/net/ipv4/ip_local_port_range"),
    ("the client hands over its own address and port", "socket/mirror", r"who is at the other end \(Foreign Address\)"),
    ("the listing on the client's machine", "other-machine/nat", r"172\.16\.17\.74:52038 → 13\.51\.197\.134:9999"),
    ("the listing on the server's machine", "other-machine/nat", r"172\.31\.46\.24:9999 ← 212\.50\.96\.83:52038"),
    ("netstat on both machines", "netstat/halves-two", r"Each machine has one line of it, in its own table"),
    ("LISTEN row with 0.0.0.0:* as foreign address", "netstat/listen", r"0\.0\.0\.0:\*"),
    ("ESTABLISHED rows", "netstat/halves", r"Two lines say ESTABLISHED"),
    ("TIME_WAIT row 172.31.46.24:38150 54.229.116.227:80", "netstat/time-wait", r"172\.31\.46\.24:38150 54\.229\.116\.227:80 TIME_WAIT"),
    ("Send-Q 52", "talking/flood", r"Send-Q 52 on a connection to port 22"),
    ("Recv-Q", "talking/again", r"Recv-Q counts bytes that have come and that no program has read"),
    ("port 22, ssh", "netstat/count", r"22 is ssh"),
    ("port 53 and 127.0.0.53", "netstat/count", r"53 a DNS resolver \(127\.0\.0\.53"),
    ("port 3306", "netstat/count", r"3306 MySQL"),
    ("127.0.0.1:3306 is for local programs", "netstat/listen", r"127\.0\.0\.1:3306 would be a database for local programs"),
    ("port 80", "netstat/count", r"80 a web server"),
    ("tcp6 rows, :::22 and :::80", "netstat/tcp6", r"tcp6.*address is “::”, and the last colon stands before the port"),
    ("udp rows have no state", "netstat/udp", r"None: .* the column is empty"),
    ("udp 53, 68, 67, 323; udp6 ::1:323", "netstat/udp", r"53 is DNS, 68 the DHCP client.*67 the DHCP server.*323.*udp6, ::1"),
    ("both halves on loopback, 127.0.0.1:631 and :59330", "netstat/halves", r"127\.0\.0\.1:59330 → 127\.0\.0\.1:631"),
    ("exercise: several clients, one server", "many-clients/five", r"let five clients connect"),
    ("exercise: /proc/PID/fd", "many-clients/files", r"/proc/PID/fd.*socket:\["),
    ("well-known services and /etc/services", "ports/services", r"well-known services.*/etc/services"),
    ("/etc/services on the client as well as the server", "ports/services", r"Client and server must agree on a port.*every Linux machine"),
    ("grep 631 /etc/services: ipp, Internet Printing Protocol", "ports/services", r"grep 631 /etc/services.*“ipp”, the Internet Printing Protocol"),
    ("cupsd", "ports/services", r"cupsd"),
    ("servers ask for their port", "listen/taken", r"A server asks for its port"),
    ("only one process a port, and why", "ports/in-use", r"A caller must reach one server, and the kernel must know"),
    ("privileged ports below 1024", "ports/privileged", r"Below 1024.*Ports below \{privileged\} are privileged"),
    ("root, and what really counts", "ports/privileged", r"“Only root” is a rule of thumb"),
    ("0.0.0.0 means all addresses", "listen/all", r"0\.0\.0\.0 means “every IPv4 address this machine has”"),
    ("127.0.0.1 is for the local machine", "other-machine/loopback", r"Packets to it never leave the machine"),
    ("127.0.0.1:631 listens for local programs only", "other-machine/loopback", r"631.*for local programs only"),
]

MISCONCEPTIONS = [
    ("accept() opens a new port", "handshake/accept", r"accept\(\) opens no port"),
    ("connect() waits for accept()", "handshake/connect", r"without accept\(\).*accept\(\) only fetches what is ready"),
    ("connect() waits for accept(), on two machines", "handshake/ack", r"The kernels connect by themselves"),
    ("the client uses the server's port number", "handshake/port", r"The client does not use the server’s port number"),
    ("65 535 connections a server", "many-clients/crowd", r"65 535 clients at most.*Ports are no limit for the server"),
    ("TIME_WAIT is an error", "goodbye/time-wait", r"not an error"),
    ("tcp_fin_timeout changes TIME_WAIT", "goodbye/time-wait", r"60 seconds.*tcp_fin_timeout sounds as if it changed that"),
    ("CLOSE_WAIT is the other side's fault", "goodbye/half", r"this machine forgets to call close\(\). The bug is here"),
    ("Recv-Q of LISTEN is bytes", "listen/backlog", r"On a LISTEN row, Recv-Q is no number of bytes"),
    ("one send is one recv", "talking/read", r"One send is not one recv.*stream of bytes"),
    ("a successful send is delivery", "talking/send", r"does not say that they have arrived"),
    ("a successful send, once more", "when-it-breaks/pipe", r"A successful send\(\) is no receipt"),
    ("tcp6 :::80 is IPv6 only", "netstat/mapped", r"an IPv6 socket bound to “::” takes IPv4 as well"),
    ("only one process a port: other address, other protocol", "ports/exceptions", r"another address is another place, and UDP has"),
    ("only one process a port: SO_REUSEPORT", "ports/reuse-port", r"both listen on"),
    ("only root below 1024: a setting", "ports/privileged", r"CAP_NET_BIND_SERVICE.*net\.ipv4\.ip_unprivileged_port_start"),
    ("the client's port is random", "handshake/port", r"People call this port “random”.*not quite random"),
    ("bind(0) takes from the same half", "handshake/port", r"bind\(\) with port 0"),
]


def read():
    """Lesson/step → all words of that step."""
    steps = {}
    for name in sorted(os.listdir(folder)):
        if not re.match(r"\d\d-.*\.xml$", name):
            continue
        lesson = ET.parse(os.path.join(folder, name)).getroot()
        for step in lesson.iter("step"):
            words = " ".join(" ".join(part.itertext()) for part in step if part.tag != "check")
            steps[f"{lesson.get('id')}/{step.get('id')}"] = re.sub(r"\s+", " ", words)
    return steps


class Coverage(unittest.TestCase):
    def check(self, table):
        steps = read()
        missing = [f"{what}: {where} does not say “{words}”" for what, where, words in table
                   if where not in steps or not re.search(words, steps[where])]
        self.assertEqual(missing, [])

    def test_facts(self):
        self.check(FACTS)

    def test_misconceptions(self):
        self.check(MISCONCEPTIONS)

    def test_no_bare_errno(self):
        """Nobody meets an errno of which no sentence says what it means."""
        for where, words in read().items():
            for name in set(re.findall(r"\bE[A-Z]{4,}\b", words)) - {"ESTABLISHED"}:
                meaning = {"ECONNREFUSED": "refused", "EADDRINUSE": "in use", "EACCES": "denied", "ETIMEDOUT": "imed out|answered",
                           "EMFILE": "too many open files", "EPIPE": "pipe", "ECONNRESET": "reset", "EINPROGRESS": "under way",
                           "EADDRNOTAVAIL": "not available"}[name]
                self.assertRegex(words, re.compile(meaning, re.IGNORECASE), f"{where}: {name}")


unittest.main(argv=sys.argv[:1])
