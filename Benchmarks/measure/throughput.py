"""Requests a second and CPU a request, Drover and nginx by turns in one run."""

import os
import statistics

from .load import run_wrk
from .results import compared

BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language: en-GB,en;q=0.7,de;q=0.3",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Referer: http://127.0.0.1/catalogue/items?page=3&order=price",
    "Cookie: session=3f1f6d0e8f5b4f0aa6f5; theme=dark; consent=necessary; seen=2026-01-01",
    "Upgrade-Insecure-Requests: 1",
    "Sec-Fetch-Dest: document",
    "Sec-Fetch-Mode: navigate",
    "Cache-Control: max-age=0",
)

CASES = {
    "keepalive": {},
    "browser": {"headers": BROWSER},
    "pipelined": {"script": "wrk/pipelined.lua"},
    "close": {"headers": ("Connection: close",)},
    "file1k": {"path": "/1k.bin"},
    "file1m": {"path": "/1m.bin"},
}

TARGETS = {
    ("keepalive", "cpu"): ("at most 1", lambda ratio: ratio <= 1),
    ("keepalive", "rate"): ("at least 1", lambda ratio: ratio >= 1),
    ("file1k", "cpu"): ("at most 0.7", lambda ratio: ratio <= 0.7),
    ("file1m", "rate"): ("at least 0.95", lambda ratio: ratio >= 0.95),
    ("pipelined", "rate"): ("at least 4", lambda ratio: ratio >= 4),
}


def measure(case, bench):
    """Alternates short runs on both servers; who goes first alternates too."""
    options = dict(CASES[case])
    if "script" in options:
        options["script"] = os.path.join(bench.root, options["script"])
    loads = {"ours": [], "theirs": []}
    app = "files" if "path" in options else "hello"
    with bench.start(bench.subject, app=app) as ours, bench.start("nginx", app=app) as theirs:
        servers = {"ours": ours, "theirs": theirs}
        for server in servers.values():
            server.wait_until_answering()
            run_wrk(server, 1, **options)
        while len(loads["ours"]) < bench.rounds:
            order = ("ours", "theirs") if len(loads["ours"]) % 2 == 0 else ("theirs", "ours")
            pair = {side: run_wrk(servers[side], bench.seconds, **options) for side in order}
            if bench.may_repeat(case, pair.values()):
                continue
            for side, load in pair.items():
                loads[side].append(load)

    for side, name in (("ours", bench.subject), ("theirs", "nginx")):
        errors = sum(load.errors for load in loads[side])
        if errors:
            bench.note(f"{case}: {errors} socket errors seen by wrk against {name}")

    def column(side, attribute):
        return [getattr(load, attribute) for load in loads[side]]

    shape = {
        "user_micros": [statistics.median(column(side, "user_micros")) for side in loads],
        "bytes_per_answer": [loads[side][0].bytes / loads[side][0].requests for side in loads],
        "busiest_worker_share": [statistics.median(column(side, "busiest")) for side in loads],
    }
    cpu_target, cpu_holds = TARGETS.get((case, "cpu"), ("-", None))
    rate_target, rate_holds = TARGETS.get((case, "rate"), ("-", None))
    return [
        compared(case, "CPU a request", column("ours", "cpu_micros"), column("theirs", "cpu_micros"),
                 lambda micros: f"{micros:.2f} µs", cpu_target, cpu_holds, shape),
        compared(case, "requests/s", column("ours", "rate"), column("theirs", "rate"),
                 lambda rate: f"{rate:,.0f}", rate_target, rate_holds),
    ]
