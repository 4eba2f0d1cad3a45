#!/usr/bin/env python3
# SPDX-License-Identifier: CC0-1.0
"""A small TCP client: it sends each line that you type, and shows the answer.

    python3 client.py [ADDRESS [PORT]]
"""
import socket
import sys


def main():
    address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 9999
    try:
        # One end of a conversation, without a name yet.
        fd = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        # The kernel gives it an address and an ephemeral port,
        # and shakes hands with the server's kernel.
        fd.connect((address, port))
        for line in sys.stdin.buffer:
            fd.sendall(line)
            # TCP is a stream: the answer may come in pieces.
            received = 0
            while received < len(line):
                data = fd.recv(len(line) - received)
                if not data:
                    sys.exit("the server has closed the connection")
                sys.stdout.buffer.write(data)
                received += len(data)
            sys.stdout.flush()
        # Goodbye: the kernel sends a FIN.
        fd.close()
    except OSError as error:
        sys.exit(f"{address}, port {port}: {error}")


main()
