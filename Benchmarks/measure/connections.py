"""Many connections at once: what an idle one costs, and which worker takes it."""

import json
import socket
import statistics
import time

from . import procfs
from .load import run_wrk
from .results import Row
from .servers import BODY, Unavailable, raise_descriptor_limit

REQUEST = b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n"


def _open_answered(port, wanted):
    """A keep-alive connection that has had one answer; the answer's bytes beside it."""
    client = socket.create_connection(("127.0.0.1", port), 10)
    client.sendall(REQUEST)
    reply = b""
    while not wanted(reply):
        more = client.recv(65_536)
        if not more:
            raise Unavailable(f"a connection was closed instead of answered: {reply[:80]!r}")
        reply += more
    return client, reply


def _idle_cost(bench, name, count):
    """Growth of the tree's PSS in bytes a connection: all of it, and its anonymous part."""
    clients = []
    with bench.start(name) as server:
        try:
            server.wait_until_answering()
            run_wrk(server, 1)
            time.sleep(1)
            before = procfs.memory_kib(server.pid)
            for _ in range(count):
                clients.append(_open_answered(server.port, lambda reply: reply.endswith(BODY))[0])
            time.sleep(2)
            after = procfs.memory_kib(server.pid)
            for client in clients[::max(1, count // 50)]:
                client.sendall(REQUEST)
                if BODY not in client.recv(4096):
                    raise Unavailable(f"{name} dropped an idle connection during the measurement")
        finally:
            for client in clients:
                client.close()
    return {key: (after[key] - before[key]) * 1024 / count for key in after}


def measure_idle_memory(bench):
    count = min(10_000, raise_descriptor_limit() - 200)
    if count < 10_000:
        bench.note(f"idle-memory: {count} connections only, the descriptor limit allows no more")
    ours, theirs = [], []
    for _ in range(min(3, bench.rounds)):
        ours.append(_idle_cost(bench, bench.subject, count))
        theirs.append(_idle_cost(bench, "nginx", count))
    own, peer = (statistics.median(sample["Pss"] for sample in samples) for samples in (ours, theirs))
    return [Row("idle-memory", f"PSS a connection, {count:,} idle", f"{own:,.0f} B", f"{peer:,.0f} B",
                f"{own / peer:.2f}" if peer > 0 else "-", "at most 2048 B", own <= 2048,
                {"ours": ours, "theirs": theirs})]


def _whole_json(reply):
    head, _, body = reply.partition(b"\r\n\r\n")
    length = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return bool(length) and len(body) >= int(length[0])


def _open_spread(port, count, held):
    """Opens connections 2 ms apart, and files each under the worker that answers it."""
    for _ in range(count):
        began = time.monotonic()
        client, reply = _open_answered(port, _whole_json)
        held.setdefault(json.loads(reply.partition(b"\r\n\r\n")[2])["pid"], []).append(client)
        time.sleep(max(0.0, 0.002 - (time.monotonic() - began)))


def measure_balance(bench):
    """Who accepts: 200 connections on 4 idle workers, then 100 more after two of them have lost all theirs."""
    held = {}
    with bench.start("drover", workers=4, app="inspect") as server:
        try:
            server.wait_until_answering()
            server.wait_for_log("event=worker_ready", 4)
            _open_spread(server.port, 200, held)
            first = sorted(len(clients) for clients in held.values())
            for pid in sorted(held)[:2]:
                for client in held[pid]:
                    client.close()
                held[pid] = []
            time.sleep(0.5)
            _open_spread(server.port, 100, held)
            second = sorted(len(clients) for clients in held.values())
        finally:
            for clients in held.values():
                for client in clients:
                    client.close()
    return [
        Row("balance", "200 connections on 4 workers", "/".join(map(str, first)), target="most 52",
            met=len(first) == 4 and first[-1] <= 52, raw={"spread": first}),
        Row("balance", "100 more after two workers lost all", "/".join(map(str, second)), target="spread 2",
            met=len(second) == 4 and second[-1] - second[0] <= 2, raw={"spread": second}),
    ]
