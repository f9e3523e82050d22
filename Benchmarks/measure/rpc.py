"""Calls of MessagePack-RPC: the doge sample beside doge's own server under gunicorn and gevent, by turns in one run."""

import socket
import statistics
import time

from . import procfs
from .load import billed, run_calls
from .results import Row, compared
from .servers import Unavailable, raise_descriptor_limit

# Calls in progress on each of 64 connections.
WINDOWS = {"doge": 1, "doge-pipelined": 16}
TARGETS = {"doge": ("at least 20", lambda ratio: ratio >= 20)}
CALL = b"\x94\x00\x01\xa3sum\x93\x80\x01\x02"
REPLY = b"\x94\x01\x01\xc0\x03"
LATENCY_LIMIT = 5_000
MEMORY_LIMIT = 3_072


def measure(case, bench):
    """Alternates short runs on both servers; who goes first alternates too."""
    program, window = bench.compiled("rpc-load"), WINDOWS[case]
    loads = {"ours": [], "theirs": []}
    with bench.start("doge") as ours, bench.start("gunicorn_doge") as theirs:
        servers = {"ours": ours, "theirs": theirs}
        for server in servers.values():
            server.wait_until_listening()
            run_calls(server, program, 1, window, form="msgpack")
        while len(loads["ours"]) < bench.rounds:
            order = ("ours", "theirs") if len(loads["ours"]) % 2 == 0 else ("theirs", "ours")
            pair = {side: run_calls(servers[side], program, bench.seconds, window, form="msgpack") for side in order}
            if bench.may_repeat(case, pair.values()):
                continue
            for side, load in pair.items():
                loads[side].append(load)
        fastest = max(load.rate for load in loads["ours"])
        rows = [_latency(case, bench, ours, program, fastest / 2)] if window == 1 else []
    for side, name in (("ours", "doge"), ("theirs", "gunicorn")):
        wrong = sum(load.errors for load in loads[side])
        if wrong:
            bench.note(f"{case}: {wrong} wrong answers of {name}")

    def column(side, attribute):
        return [getattr(load, attribute) for load in loads[side]]

    shape = {"user_micros": [statistics.median(column(side, "user_micros")) for side in loads]}
    target, holds = TARGETS.get(case, ("-", None))
    return [
        compared(case, "calls/s, beside gunicorn with gevent", column("ours", "rate"), column("theirs", "rate"),
                 lambda rate: f"{rate:,.0f}", target, holds, shape),
        compared(case, "CPU a call", column("ours", "cpu_micros"), column("theirs", "cpu_micros"),
                 lambda micros: f"{micros:.2f} µs"),
    ] + rows


def _latency(case, bench, server, program, rate):
    """How long calls take at half of what the server can do, from the moment at which each is due."""
    percentiles = []
    for _ in range(bench.rounds):
        arguments = [program, str(server.port), "64", str(bench.seconds), "1", "msgpack", f"{rate:.0f}"]
        done, _ = billed(server, arguments, bench.seconds + 30)
        numbers = done.stdout.split()
        if done.returncode != 0 or len(numbers) != 6:
            raise Unavailable(f"no answers from {server.name}: {(done.stdout + done.stderr).strip()[-300:]}")
        percentiles.append(float(numbers[5]))
    worst = statistics.median(percentiles)
    return Row(case, f"P99 at half of that, {rate:,.0f} calls/s", f"{worst / 1_000:.2f} ms", target="under 5 ms",
               met=worst < LATENCY_LIMIT, raw={"micros": percentiles})


def measure_idle(bench):
    """What 10,000 connections cost that have had one call each answered and now keep silent."""
    count = min(10_000, raise_descriptor_limit() - 200)
    if count < 10_000:
        bench.note(f"doge-idle: {count} connections only, the descriptor limit allows no more")
    costs = []
    for _ in range(min(3, bench.rounds)):
        clients = []
        with bench.start("doge") as server:
            try:
                server.wait_until_listening()
                run_calls(server, bench.compiled("rpc-load"), 1, 1, form="msgpack")
                time.sleep(1)
                before = procfs.memory_kib(server.pid)["Pss"]
                for _ in range(count):
                    clients.append(_called(server))
                time.sleep(2)
                costs.append((procfs.memory_kib(server.pid)["Pss"] - before) * 1024 / count)
                for client in clients[::max(1, count // 50)]:
                    _call(client, server)
            finally:
                for client in clients:
                    client.close()
    cost = statistics.median(costs)
    return [Row("doge-idle", f"PSS a connection, {count:,} idle", f"{cost:,.0f} B", target=f"at most {MEMORY_LIMIT} B",
                met=cost <= MEMORY_LIMIT, raw={"bytes": costs})]


def _called(server):
    client = socket.create_connection(("127.0.0.1", server.port), 10)
    _call(client, server)
    return client


def _call(client, server):
    client.sendall(CALL)
    if client.recv(64) != REPLY:
        raise Unavailable(f"{server.name} answered a call wrongly or not at all: {server.log_path}")
