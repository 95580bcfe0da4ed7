#!/usr/bin/env python3
"""A narrow way: takes connections on a free port of loopback and passes them on to PORT no faster than asked.
  narrow.py PORT [udp]   prints its own port; each line of standard input is a new rate in kbit/s, 0 for none.
What it holds itself is small, as in a modem: some 16 kB. With udp, datagrams it has no room for are lost, as on the road.
SPDX-License-Identifier: Apache-2.0"""
import collections
import select
import socket
import sys
import threading
import time

CHUNK = 2048
HELD = 24 * 1024
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


def carry(near, port):
    """Datagrams of one peer, there at the rate and back at once."""
    far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    far.connect(('127.0.0.1', port))
    for one in (near, far):
        one.setblocking(False)
    peer, held, size, due = None, collections.deque(), 0, time.monotonic()
    while True:
        wait = max(0, due - time.monotonic()) if held else 1
        ready, _, _ = select.select([near, far], [], [], wait)
        for one in ready:
            try:
                while True:
                    data, came_from = one.recvfrom(65536)
                    if one is far:
                        near.sendto(data, peer)
                        continue
                    peer = came_from
                    if size + len(data) <= HELD or not rate_kbps:
                        held.append(data)
                        size += len(data)
            except (BlockingIOError, ConnectionRefusedError):
                pass
        while held and (not rate_kbps or time.monotonic() >= due):
            data = held.popleft()
            size -= len(data)
            if rate_kbps:
                due = max(due, time.monotonic() - 0.02) + len(data) * 8 / (rate_kbps * 1000)
            try:
                far.send(data)
            except (BlockingIOError, ConnectionRefusedError):
                pass


def main():
    global rate_kbps
    is_udp = sys.argv[2:] == ['udp']
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if is_udp else socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20 if is_udp else 8192)  # the kernel doubles it
    server.bind(('127.0.0.1', 0))
    if not is_udp:
        server.listen(8)
    print(server.getsockname()[1], flush=True)
    threading.Thread(target=carry if is_udp else serve, args=(server, int(sys.argv[1])), daemon=True).start()
    for line in sys.stdin:
        rate_kbps = int(line)


main()
