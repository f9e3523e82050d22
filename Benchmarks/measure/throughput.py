"""Requests a second and CPU a request, Drover and nginx by turns in one run."""

import os
import statistics
from contextlib import ExitStack

from .load import run_wrk
from .results import compared
from .turns import by_turns, column, note_errors

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
    ("keepalive", "cpu"): ("at most 0.92", lambda ratio: ratio <= 0.92),
    ("keepalive", "rate"): ("at least 1", lambda ratio: ratio >= 1),
    ("browser", "cpu"): ("at most 0.95", lambda ratio: ratio <= 0.95),
    ("pipelined", "rate"): ("at least 5", lambda ratio: ratio >= 5),
    ("close", "rate"): ("at least 1", lambda ratio: ratio >= 1),
    ("file1k", "cpu"): ("at most 0.7", lambda ratio: ratio <= 0.7),
    ("file1m", "rate"): ("at least 0.95", lambda ratio: ratio >= 0.95),
}

# Whoever opens many connections picks the accept mode that its server is better in.
MODES = ("shared", "reuseport")


def measure(case, bench):
    """Loads both servers by turns; in the case `close` each of them in both accept modes."""
    options = dict(CASES[case])
    if "script" in options:
        options["script"] = os.path.join(bench.root, options["script"])
    app = "files" if "path" in options else "hello"
    modes = MODES if case == "close" else MODES[:1]
    names = {"ours": bench.subject, "theirs": "nginx"}
    sides = [(side, mode) for mode in modes for side in names]
    with ExitStack() as stack:
        servers = {(side, mode): stack.enter_context(bench.start(names[side], app=app, accept=mode))
                   for side, mode in sides}
        for server in servers.values():
            server.wait_until_answering()
            run_wrk(server, 1, **options)
        loads = by_turns(bench, case, sides, lambda side: run_wrk(servers[side], bench.seconds, **options))

    better, rates = {}, {}
    for side, name in names.items():
        rates[side] = {mode: statistics.median(column(loads[side, mode], "rate")) for mode in modes}
        best = max(modes, key=rates[side].get)
        better[side] = loads[side, best]
        note_errors(bench, case, name, better[side])
        if len(modes) > 1:
            bench.note(f"{case}: {name} is better with the accept mode {best}: "
                       + ", ".join(f"{mode} {rate:,.0f} requests/s" for mode, rate in rates[side].items()))

    shape = {
        "user_micros": [statistics.median(column(better[side], "user_micros")) for side in names],
        "bytes_per_answer": [better[side][0].bytes / better[side][0].requests for side in names],
        "busiest_worker_share": [statistics.median(column(better[side], "busiest")) for side in names],
        "rates_by_mode": rates,
    }
    cpu_target, cpu_holds = TARGETS.get((case, "cpu"), ("-", None))
    rate_target, rate_holds = TARGETS.get((case, "rate"), ("-", None))
    ours, theirs = better["ours"], better["theirs"]
    return [
        compared(case, "CPU a request", column(ours, "cpu_micros"), column(theirs, "cpu_micros"),
                 lambda micros: f"{micros:.2f} µs", cpu_target, cpu_holds, shape),
        compared(case, "requests/s", column(ours, "rate"), column(theirs, "rate"),
                 lambda rate: f"{rate:,.0f}", rate_target, rate_holds),
    ]
