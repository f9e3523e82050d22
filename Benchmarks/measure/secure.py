"""TLS beside nginx on the same libssl: handshakes, requests on connections that stay, a download, idle connections."""

import os
import socket
import ssl
import statistics
import time

from . import procfs
from .load import Load, billed
from .results import Row, compared
from .servers import BODY, Unavailable

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
THREADS = {"full": 4, "resumed": 4, "keepalive": 32}
IDLE = 2_000
LARGE = 100 << 20


def _context(bench):
    return ssl.create_default_context(cafile=os.path.join(bench.certificates(), "ca.pem"))


def _answered(server, context):
    """A connection that has had one answer."""
    raw = socket.create_connection(("127.0.0.1", server.port), 10)
    client = context.wrap_socket(raw, server_hostname="localhost")
    client.sendall(REQUEST)
    reply = b""
    while not reply.endswith(BODY):
        more = client.recv(65_536)
        if not more:
            raise Unavailable(f"{server.name} closed a connection instead of answering: {reply[:80]!r}")
        reply += more
    return client


def _pair(bench, app):
    """Ours and nginx, both answering."""
    bench.certificates()
    context = _context(bench)
    started = [bench.start(name, app=app) for name in (f"{bench.subject}_secure", "nginx_secure")]
    for server in started:
        deadline = time.monotonic() + 20
        while True:
            try:
                with socket.create_connection(("127.0.0.1", server.port), 10) as raw:
                    context.wrap_socket(raw, server_hostname="localhost").close()
                break
            except OSError as problem:
                if time.monotonic() > deadline or server.process.poll() is not None:
                    for each in started:
                        each.stop()
                    raise Unavailable(f"{server.name}: {problem}: {server.log().strip()[-300:]}") from problem
                time.sleep(0.01)
    return dict(zip(("ours", "theirs"), started))


def _by_turns(bench, case, app, load):
    """Rounds of `load` on both, who goes first alternating; a list of Load for each side."""
    loads = {"ours": [], "theirs": []}
    servers = _pair(bench, app)
    try:
        for server in servers.values():
            load(server, 1)
        while len(loads["ours"]) < bench.rounds:
            order = ("ours", "theirs") if len(loads["ours"]) % 2 == 0 else ("theirs", "ours")
            pair = {side: load(servers[side], bench.seconds) for side in order}
            if bench.may_repeat(case, pair.values()):
                continue
            for side, one in pair.items():
                loads[side].append(one)
    finally:
        for server in servers.values():
            server.stop()
    return loads


def _handshakes(bench, mode):
    def load(server, seconds):
        done, bill = billed(
            server, [bench.handshakes(), str(server.port), str(seconds), str(THREADS[mode]), mode], seconds + 30)
        words = done.stdout.split()
        if done.returncode != 0 or len(words) != 4 or int(words[0]) == 0:
            raise Unavailable(f"no answers from {server.name}: {(done.stdout + done.stderr).strip()[-300:]}")
        answers, failures, resumed = int(words[0]), int(words[2]), int(words[3])
        # The first connection of a thread has nothing to go on from.
        if mode == "resumed" and resumed + THREADS[mode] < answers:
            raise Unavailable(f"{server.name} let {answers - resumed} of {answers} connections not resume")
        return Load(requests=answers, seconds=float(words[1]), bytes=0, errors=failures, **bill)
    return load


def _rows(case, what, loads, rate_target, cpu_target):
    def column(side, attribute):
        return [getattr(load, attribute) for load in loads[side]]

    shape = {"errors": [sum(column(side, "errors")) for side in loads]}
    rate, cpu = rate_target or 0, cpu_target or 0
    return [
        compared(case, f"{what}/s", column("ours", "rate"), column("theirs", "rate"), lambda value: f"{value:,.0f}",
                 f"at least {rate:g}" if rate else "-", (lambda ratio: ratio >= rate) if rate else None, shape),
        compared(case, f"CPU of {what}", column("ours", "cpu_micros"), column("theirs", "cpu_micros"),
                 lambda micros: f"{micros:.1f} µs", f"at most {cpu:g}" if cpu else "-",
                 (lambda ratio: ratio <= cpu) if cpu else None),
    ]


def measure_full(bench):
    """A connection a request, each with a handshake from nothing."""
    return [row for kind, name in (("ecdsa", "P-256"), ("rsa", "RSA-2048"))
            for row in _rows("tls-full", f"full handshakes {name}",
                             _by_turns(bench, "tls-full", f"{kind}-hello", _handshakes(bench, "full")), 0.97, None)]


def measure_resumed(bench):
    """A connection a request, each with the ticket of the one before it."""
    return _rows("tls-resumed", "resumed handshakes",
                 _by_turns(bench, "tls-resumed", "ecdsa-hello", _handshakes(bench, "resumed")), 1, None)


def measure_keepalive(bench):
    """Requests on connections that stay."""
    return _rows("tls-keepalive", "requests",
                 _by_turns(bench, "tls-keepalive", "ecdsa-hello", _handshakes(bench, "keepalive")), None, 1)


def measure_download(bench):
    """A file of 100 MiB on one connection, a few times over."""
    path = os.path.join(bench.folder, "files", "100m.bin")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.exists(path):
        with open(path, "wb") as file:
            file.write(os.urandom(LARGE))

    def load(server, seconds):
        times = 1 if seconds < 2 else 4
        done, bill = billed(
            server, ["curl", "-sS", "--fail", "--cacert", os.path.join(bench.certificates(), "ca.pem"), "-w", "%{time_total} ",
                     *[word for _ in range(times)
                       for word in ("-o", "/dev/null", f"https://localhost:{server.port}/100m.bin")]], 60)
        if done.returncode != 0:
            raise Unavailable(f"{server.name}: {done.stderr.strip()[-300:]}")
        taken = sum(float(word) for word in done.stdout.split())
        return Load(requests=times * 100, seconds=taken, bytes=times * LARGE, errors=0, **bill)

    return _rows("tls-download", "MiB of a file", _by_turns(bench, "tls-download", "ecdsa-files", load), 0.95, None)


def measure_idle_memory(bench):
    """What a connection costs that has had one answer and says nothing."""
    context = _context(bench)
    costs = {"ours": [], "theirs": []}
    for _ in range(min(3, bench.rounds)):
        servers = _pair(bench, "ecdsa-hello")
        try:
            for side, server in servers.items():
                for _ in range(100):
                    _answered(server, context).close()
                time.sleep(1)
                before = procfs.memory_kib(server.pid)
                clients = [_answered(server, context) for _ in range(IDLE)]
                time.sleep(2)
                after = procfs.memory_kib(server.pid)
                costs[side].append((after["Pss"] - before["Pss"]) * 1024 / IDLE)
                for client in clients:
                    client.close()
        finally:
            for server in servers.values():
                server.stop()
    ours, theirs = (statistics.median(values) for values in costs.values())
    return [Row("tls-idle-memory", f"PSS a connection, {IDLE:,} idle", f"{ours:,.0f} B", f"{theirs:,.0f} B",
                f"{ours / theirs:.2f}", "at most 1.1", ours <= 1.1 * theirs, costs)]
