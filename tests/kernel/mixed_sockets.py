# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens sockets of every kind and in every state, for the tests to look at."""
import resource
import socket
import time

TCP_DEFER_ACCEPT = 9
LONG = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"


class Mixture:
    """Real sockets; the object keeps them open."""

    def __init__(self, rows, long_address=False):
        self.kept = []
        self.long_address = long_address
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.plain = self.listen("127.0.0.1", 4096)
        self.dual = self.listen("::", 4096)
        self.mapped = self.listen("::ffff:127.0.0.1", 5)
        self.six = self.listen("::1", 100)
        kinds = [self.talk, self.talk_mapped, self.talk_six, self.time_wait, self.half_closed, self.udp, self.udp6,
                 self.udp_mapped]
        for kind in (self.syn_sent, self.syn_recv, self.waiting, self.closing_states, self.shared, self.bound_only):
            kind()
        if long_address:
            self.long_names()
        # Each turn of all kinds leaves 15 rows behind.
        for turn in range(rows // 15 + 1):
            for kind in kinds:
                kind(turn)

    def open(self, address, kind=socket.SOCK_STREAM, port=0):
        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
        self.kept.append(s)
        s.bind((address, port))
        return s

    def listen(self, address, backlog):
        s = self.open(address)
        s.listen(backlog)
        return s

    def connect(self, listener, address):
        client = self.open(address)
        client.connect((address, listener.getsockname()[1]))
        accepted = listener.accept()[0]
        self.kept.append(accepted)
        return client, accepted

    def talk(self, turn):
        client, server = self.connect(self.plain, "127.0.0.1")
        if turn % 2:
            client.send(b"x" * (turn % 50))

    def talk_mapped(self, turn):
        client, server = self.connect(self.dual, "127.0.0.1")
        server.send(b"y" * (10 * turn + 1))

    def talk_six(self, turn):
        client, server = self.connect(self.six if turn % 2 else self.dual, "::1")
        client.send(b"z" * (turn % 7))

    def time_wait(self, turn):
        client, server = self.connect(self.dual if turn % 3 == 0 else self.plain, "127.0.0.1")
        (client if turn % 2 else server).close()
        (server if turn % 2 else client).close()

    def half_closed(self, turn):
        client, server = self.connect(self.mapped if turn % 2 else self.dual, "127.0.0.1" if turn % 2 else "::1")
        if turn % 3:
            client.shutdown(socket.SHUT_WR)
        else:
            server.close()

    def udp(self, turn):
        bound = self.open("0.0.0.0" if turn % 2 else "127.0.0.1", socket.SOCK_DGRAM)
        client = self.open("127.0.0.1", socket.SOCK_DGRAM)
        client.connect(("127.0.0.1", bound.getsockname()[1]))
        client.send(b"d" * turn)

    def udp6(self, turn):
        bound = self.open("::" if turn % 2 else "::1", socket.SOCK_DGRAM)
        client = self.open("::1", socket.SOCK_DGRAM)
        client.connect(("::1", bound.getsockname()[1]))
        client.send(b"e" * turn)

    def udp_mapped(self, turn):
        client = self.open("::ffff:127.0.0.1", socket.SOCK_DGRAM)
        client.connect(("::ffff:127.0.0.1", client.getsockname()[1]))
        self.open("::ffff:127.0.0.1", socket.SOCK_DGRAM)

    def start(self, listener, address):
        client = self.open(address)
        client.setblocking(False)
        client.connect_ex((address, listener.getsockname()[1]))

    def syn_sent(self):
        """A queue of one that nobody empties."""
        for address in "127.0.0.1", "::1":
            full = self.listen(address, 0)
            for _ in range(4):
                self.start(full, address)

    def syn_recv(self):
        """The server's half is a request until data comes."""
        for address, client in ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("::", "127.0.0.1"):
            listener = self.open(address)
            listener.setsockopt(socket.IPPROTO_TCP, TCP_DEFER_ACCEPT, 60)
            listener.listen(5)
            self.open(client).connect((client, listener.getsockname()[1]))

    def waiting(self):
        """Connections that nobody has accepted, one with data."""
        listener = self.listen("127.0.0.1", 10)
        for i in range(3):
            client = self.open("127.0.0.1")
            client.connect(listener.getsockname())
            client.send(b"w" * i)

    def fill(self, end):
        """Until both queues are full: a FIN will have to wait behind the data."""
        end.setblocking(False)
        try:
            while end.send(b"f" * 65536):
                pass
        except BlockingIOError:
            pass

    def closing_states(self):
        listener = self.open("127.0.0.1")
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.listen(5)
        client, _ = self.connect(listener, "127.0.0.1")  # FIN_WAIT1, ESTABLISHED
        self.fill(client)
        client.shutdown(socket.SHUT_WR)
        client, server = self.connect(listener, "127.0.0.1")  # LAST_ACK, FIN_WAIT2
        self.fill(client)
        server.shutdown(socket.SHUT_WR)
        client.shutdown(socket.SHUT_WR)
        client, server = self.connect(listener, "127.0.0.1")  # FIN_WAIT1 or CLOSING
        self.fill(client)
        client.shutdown(socket.SHUT_WR)
        self.fill(server)
        server.shutdown(socket.SHUT_WR)

    def shared(self):
        """Several sockets of one tuple."""
        port = 0
        for _ in range(3):
            s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self.kept.append(s)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            s.bind(("127.0.0.1", port))
            port = s.getsockname()[1]
            s.listen(1)

    def bound_only(self):
        """In no table at all."""
        self.open("127.0.0.1")
        self.open("::1")

    def long_names(self):
        """Addresses that netstat cuts."""
        listener = self.listen(LONG, 5)
        self.connect(listener, LONG)
        self.open(LONG, socket.SOCK_DGRAM)
        self.open("2001:db8::aaaa:bbbb:cc", socket.SOCK_DGRAM)


def wait_until(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
