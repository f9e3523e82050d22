"""The same thirteen bytes from every server there is: what a request costs each of them."""

import statistics

from .load import run_wrk
from .results import Row
from .servers import Unavailable
from .turns import column, note_errors

PEERS = {
    "drover": "Drover, async", "drover_threads": "Drover, threads", "nginx": "nginx, return 200",
    "hummingbird": "Hummingbird", "gunicorn_gthread": "gunicorn, gthread", "gunicorn_gevent": "gunicorn, gevent",
    "uwsgi_http": "uWSGI, http-socket",
}
ROUNDS, LONGEST = 2, 2


def measure_peers(bench):
    """One server after the other, each alone on the machine; those that cannot be had are left out, with a note."""
    seconds = min(LONGEST, bench.seconds)
    loads = {}
    for _ in range(min(ROUNDS, bench.rounds)):
        for name, title in PEERS.items():
            if loads.get(name) is None and name in loads:
                continue
            try:
                with bench.start(name) as server:
                    server.wait_until_answering()
                    run_wrk(server, 1)
                    loads.setdefault(name, []).append(run_wrk(server, seconds))
            except Unavailable as problem:
                bench.note(f"peers: {title} is left out: {problem}")
                loads[name] = None
    measured = {name: found for name, found in loads.items() if found}
    for name, found in measured.items():
        note_errors(bench, "peers", PEERS[name], found)
    medians = {name: [statistics.median(column(found, what)) for what in ("cpu_micros", "rate")]
               for name, found in measured.items()}
    first = medians.get("drover", [None])[0]
    return [Row("peers", f"{PEERS[name]}: CPU a request, requests/s", f"{micros:.2f} µs", f"{rate:,.0f}/s",
                f"{first / micros:.2f}" if first else "-",
                raw={"server": PEERS[name], "cpu_micros": column(measured[name], "cpu_micros"),
                     "rate": column(measured[name], "rate")})
            for name, (micros, rate) in medians.items()]
