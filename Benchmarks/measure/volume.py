"""One large body: an upload beside a bare loop that discards, a streamed reply beside nginx with a file."""

import os
import re
import socket
import statistics
import struct
import threading
import time

from . import procfs
from .results import Row, compared
from .servers import Unavailable

GIBIBYTE = 1 << 30
# Where memory is looked at first: whatever a connection needs, it has by then.
SETTLED = 64 << 20
FLAT_KIB = 1024
PIECE = 1 << 20


def _amount(bench):
    """A gibibyte, or less when loads are to be shorter than a second or two."""
    return GIBIBYTE if bench.seconds >= 2 else GIBIBYTE // 4


class Source:
    """Bytes that are sent from the page cache, so that the sender has less to do than any receiver."""

    def __init__(self):
        self._file = os.memfd_create("upload")
        os.truncate(self._file, SETTLED)
        os.pwrite(self._file, os.urandom(PIECE) * (SETTLED // PIECE), 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._file)

    def send(self, client, amount, progress):
        """Sends `amount` bytes and tells `progress` how many have gone."""
        sent = 0
        while sent < amount:
            offset = sent % SETTLED
            sent += os.sendfile(client.fileno(), self._file, offset, min(PIECE, amount - sent, SETTLED - offset))
            progress(sent)


def _connected(server):
    """A connection that blocks, because sendfile has to, and yet not for ever."""
    client = socket.create_connection(("127.0.0.1", server.port), 10)
    client.settimeout(None)
    for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
        client.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", 60, 0))
    return client


def _answer(client):
    reply = b""
    while more := client.recv(65_536):
        reply += more
    return reply


def _upload(server, source, amount, progress=lambda _: None):
    """Seconds from the first byte to the answer, and the CPU seconds of the server for that."""
    head = b"" if server.name == "sink" else (
        b"POST /upload HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % amount)
    before = sum(procfs.cpu_seconds(server.pid))
    with _connected(server) as client:
        began = time.monotonic()
        client.sendall(head)
        source.send(client, amount, progress)
        if not head:
            client.shutdown(socket.SHUT_WR)
        reply = _answer(client)
        elapsed = time.monotonic() - began
    if not reply.strip().endswith(str(amount).encode()):
        raise Unavailable(f"{server.name} did not take all of {amount} bytes: {reply[-200:]!r}")
    return elapsed, sum(procfs.cpu_seconds(server.pid)) - before


def _download(server, path, amount, progress=lambda _: None):
    """Seconds from asking to the last byte, and the CPU seconds of the server for that."""
    buffer = bytearray(PIECE)
    before, received, tail = sum(procfs.cpu_seconds(server.pid)), 0, b""
    with _connected(server) as client:
        began = time.monotonic()
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
        while count := client.recv_into(buffer):
            received += count
            tail = bytes(buffer[max(0, count - 5):count])
            progress(received)
        elapsed = time.monotonic() - began
    if received < amount or (path.startswith("/stream") and not tail.endswith(b"0\r\n\r\n")):
        raise Unavailable(f"{server.name} sent {received} bytes and should have sent {amount}")
    return elapsed, sum(procfs.cpu_seconds(server.pid)) - before


def _resident_kib(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


class MemoryWatch:
    """Resident memory of the one worker: when the body has begun in earnest, and the most of it later."""

    def __init__(self, server):
        self.pid = server.workers()[0]
        self.settled = self.most = 0
        self._passed = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._passed.set()
        self._thread.join()

    def progress(self, count):
        if count >= SETTLED and not self._passed.is_set():
            self._passed.set()

    def _sample(self):
        self._passed.wait()
        self.settled = self.most = _resident_kib(self.pid)
        while not self._ended.wait(0.005):
            self.most = max(self.most, _resident_kib(self.pid))

    def row(self, case, amount):
        growth = self.most - self.settled
        return Row(case, f"growth of the worker's memory from 64 MiB to {_shown(amount)}", f"{growth:,} KiB",
                   target=f"at most {FLAT_KIB} KiB", met=growth <= FLAT_KIB,
                   raw={"settled_kib": self.settled, "most_kib": self.most})


def _shown(amount):
    return f"{amount / GIBIBYTE:g} GiB" if amount >= GIBIBYTE else f"{amount >> 20} MiB"


def _rates(bench, amount, sides):
    """Paired samples of GiB/s and CPU ms a GiB, by turns; the first of each only fills caches."""
    samples = {side: [] for side in sides}
    for number in range(1 + bench.rounds):
        for side in (list(sides) if number % 2 == 0 else list(reversed(sides))):
            elapsed, cpu = sides[side]()
            if number:
                samples[side].append((amount / GIBIBYTE / elapsed, cpu * 1000 * GIBIBYTE / amount))
    return [[sample[place] for sample in samples[side]] for place in (0, 1) for side in sides]


def _rows(case, peer, amount, measured, target="-", holds=None):
    rate, peer_rate, cpu, peer_cpu = measured
    return [compared(case, f"rate of {_shown(amount)}, beside {peer}", rate, peer_rate,
                     lambda value: f"{value:.2f} GiB/s", target, holds),
            Row(case, f"CPU a GiB, beside {peer}", f"{statistics.median(cpu):.0f} ms",
                f"{statistics.median(peer_cpu):.0f} ms", raw={"ours": cpu, "theirs": peer_cpu})]


def measure_upload(bench):
    """A handler that counts what it is sent, beside recv in a loop; one worker, one connection."""
    amount = _amount(bench)
    with Source() as source, bench.start("drover", workers=1, app="bulk") as ours, bench.start("sink") as theirs:
        ours.wait_until_answering()
        measured = _rates(bench, amount, {"ours": lambda: _upload(ours, source, amount),
                                          "theirs": lambda: _upload(theirs, source, amount)})
        with MemoryWatch(ours) as watch:
            _upload(ours, source, amount, watch.progress)
    return [*_rows("upload", "a bare loop", amount, measured, "at least 0.8", lambda ratio: ratio >= 0.8),
            watch.row("upload", amount)]


def measure_stream(bench):
    """A body in chunks that a handler writes, beside the same amount from a file that nginx has in the page cache."""
    amount = _amount(bench)
    with open(os.path.join(bench.files(), "large.bin"), "wb") as file:
        file.truncate(amount)
    try:
        with bench.start("drover", workers=1, app="bulk") as ours, bench.start("nginx", workers=1, app="files") as theirs:
            for server in (ours, theirs):
                server.wait_until_answering()
            path = f"/stream?bytes={amount}"
            measured = _rates(bench, amount, {"ours": lambda: _download(ours, path, amount),
                                              "theirs": lambda: _download(theirs, "/large.bin", amount)})
            with MemoryWatch(ours) as watch:
                _download(ours, path, amount, watch.progress)
    finally:
        os.remove(os.path.join(bench.files(), "large.bin"))
    return [*_rows("stream", "a file of nginx", amount, measured), watch.row("stream", amount)]
