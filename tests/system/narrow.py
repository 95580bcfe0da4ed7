#!/usr/bin/env python3
"""A narrow way: takes connections on a free port of loopback and passes them on to PORT no faster than asked.
  narrow.py PORT      prints its own port; each line of standard input is a new rate in kbit/s, 0 for none.
What it holds itself is small, as in a modem: some 16 kB. SPDX-License-Identifier: Apache-2.0"""
import socket
import sys
import threading
import time

CHUNK = 2048
rate_kbps = 0


def pass_on(source, sink, is_narrow):
    due = time.monotonic()
    try:
        while data := source.recv(CHUNK):
            if is_narrow and rate_kbps:
                due = max(due, time.monotonic() - 0.02) + len(data) * 8 / (rate_kbps * 1000)
                time.sleep(max(0, due - time.monotonic()))
            sink.sendall(data)
    except OSError:
        pass
    for one in (source, sink):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(server, port):
    while True:
        near, _ = server.accept()
        try:
            far = socket.create_connection(('127.0.0.1', port))
        except OSError:
            near.close()
            continue
        threading.Thread(target=pass_on, args=(near, far, True), daemon=True).start()
        threading.Thread(target=pass_on, args=(far, near, False), daemon=True).start()


def main():
    global rate_kbps
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)  # the kernel doubles it
    server.bind(('127.0.0.1', 0))
    server.listen(8)
    print(server.getsockname()[1], flush=True)
    threading.Thread(target=serve, args=(server, int(sys.argv[1])), daemon=True).start()
    for line in sys.stdin:
        rate_kbps = int(line)


main()
