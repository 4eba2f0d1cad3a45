#!/usr/bin/env python3
# SPDX-License-Identifier: CC0-1.0
"""A small TCP server: it sends back what it gets, one client after the other.

    python3 server.py [PORT]
"""
import socket
import sys


def serve(client):
    """Until the client says goodbye: then recv() gives nothing."""
    try:
        while True:
            data = client.recv(4096)
            if not data:
                break
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
            client.sendall(data)
    except OSError as error:
        print("the client is gone:", error, file=sys.stderr)
    client.close()


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9999
    try:
        # One end of conversations, without a name yet.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        # A server that starts again need not wait for TIME_WAIT.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Its name: an address of this computer, and a port.
        listener.bind(("127.0.0.1", port))
        # From here on the kernel takes connections. Five may wait.
        listener.listen(5)
    except OSError as error:
        sys.exit(f"no server on port {port}: {error}")
    print(f"listening on 127.0.0.1:{port}", flush=True)
    while True:
        # A new socket for each client; the listener stays.
        client, address = listener.accept()
        serve(client)


main()
