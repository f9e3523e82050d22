"""Clients of HTTPS that do not stop: half of them keep their connection for a while, half resume on a new one.

    tls_load.py PORT AUTHORITY STOP_FILE

It goes on until STOP_FILE exists, and then says what came of it in `key=value`. A kept connection may end between two
requests; its request comes again on another one then, as it does with any client, and `ended` counts that.
"""

import collections
import os
import socket
import ssl
import sys
import threading
import time

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b"Hello, World!"
KEPT = 200


class Ended(Exception):
    """The server has ended the connection before a byte of a reply."""


class Client:
    """One thread with its connections."""

    def __init__(self, port, authority, keeps):
        self.port, self.keeps = port, keeps
        self.context = ssl.create_default_context(cafile=authority)
        # Sessions of TLS 1.2 are whole when the handshake is.
        if not keeps:
            self.context.maximum_version = ssl.TLSVersion.TLSv1_2
        self.session, self.connection, self.answers = None, None, 0
        self.counts, self.failures, self.serials = collections.Counter(), [], set()

    def open(self):
        raw = socket.create_connection(("127.0.0.1", self.port), 10)
        session = None if self.keeps else self.session
        self.connection = self.context.wrap_socket(raw, server_hostname="localhost", session=session)
        self.answers = 0
        self.counts["connections"] += 1
        self.counts["resumed"] += self.connection.session_reused
        self.session = self.connection.session
        self.serials.add(self.connection.getpeercert()["serialNumber"])

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def ask(self):
        self.connection.sendall(REQUEST)
        reply = b""
        while BODY not in reply:
            more = self.connection.recv(4096)
            if not more:
                raise Ended(f"after {len(reply)} bytes of a reply") if reply == b"" else OSError(f"cut off: {reply}")
            reply += more
        if not reply.startswith(b"HTTP/1.1 200 OK\r\n"):
            raise OSError(f"answered {reply[:60]}")
        self.counts["requests"] += 1
        self.answers += 1
        if b"Connection: close" in reply or self.answers >= (KEPT if self.keeps else 1):
            self.close()

    def once(self):
        for _ in range(2):
            try:
                if not self.connection:
                    self.open()
                return self.ask()
            except (Ended, OSError) as error:
                isReused = self.answers > 0
                self.close()
                gone = isinstance(error, (Ended, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError))
                if not (isReused and gone):
                    return self.failures.append(f"{type(error).__name__}: {error}")
                self.counts["ended"] += 1

    def run(self, stop):
        while not stop.is_set():
            self.once()
            time.sleep(0.002)
        self.close()


def main():
    port, authority, stop_file = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    clients = [Client(port, authority, keeps) for keeps in (True, True, False, False)]
    stop = threading.Event()
    threads = [threading.Thread(target=client.run, args=(stop,)) for client in clients]
    for thread in threads:
        thread.start()
    while not os.path.exists(stop_file):
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    counts = sum((client.counts for client in clients), collections.Counter())
    serials = set().union(*(client.serials for client in clients))
    words = {key: counts[key] for key in ("requests", "connections", "resumed", "ended")}
    words.update(certificates=len(serials), failures=sum(len(client.failures) for client in clients))
    print(" ".join(f"{key}={value}" for key, value in words.items()))
    for client in clients:
        for failure in client.failures[:5]:
            print(failure)


main()
