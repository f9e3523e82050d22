"""Calls a second and CPU a call of JSON-RPC, Drover's line-rpc and Python's aiorpcX by turns in one run."""

import statistics

from .load import run_calls
from .results import compared

# Calls in progress on each of the connections.
WINDOWS = {"rpc": 16, "rpc-single": 1}
TARGETS = {("rpc", "rate"): ("at least 20", lambda ratio: ratio >= 20)}


def measure(case, bench):
    """Alternates short runs on both servers; who goes first alternates too."""
    program = bench.compiled("rpc-load")
    loads = {"ours": [], "theirs": []}
    with bench.start("drover_rpc") as ours, bench.start("aiorpcx") as theirs:
        servers = {"ours": ours, "theirs": theirs}
        for server in servers.values():
            server.wait_until_listening()
            run_calls(server, program, 1, WINDOWS[case])
        while len(loads["ours"]) < bench.rounds:
            order = ("ours", "theirs") if len(loads["ours"]) % 2 == 0 else ("theirs", "ours")
            pair = {side: run_calls(servers[side], program, bench.seconds, WINDOWS[case]) for side in order}
            if bench.may_repeat(case, pair.values()):
                continue
            for side, load in pair.items():
                loads[side].append(load)
    for side, name in (("ours", "drover"), ("theirs", "aiorpcX")):
        wrong = sum(load.errors for load in loads[side])
        if wrong:
            bench.note(f"{case}: {wrong} wrong answers of {name}")

    def column(side, attribute):
        return [getattr(load, attribute) for load in loads[side]]

    shape = {"user_micros": [statistics.median(column(side, "user_micros")) for side in loads]}
    target, holds = TARGETS.get((case, "rate"), ("-", None))
    return [
        compared(case, "calls/s, beside aiorpcX", column("ours", "rate"), column("theirs", "rate"),
                 lambda rate: f"{rate:,.0f}", target, holds, shape),
        compared(case, "CPU a call", column("ours", "cpu_micros"), column("theirs", "cpu_micros"),
                 lambda micros: f"{micros:.2f} µs"),
    ]
