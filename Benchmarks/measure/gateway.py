"""A server behind nginx's uwsgi_pass: what a request costs it, Drover and uWSGI by turns."""

from contextlib import ExitStack

from .load import run_wrk
from .results import compared
from .turns import by_turns, column, note_errors


def measure_uwsgi(bench):
    """nginx forwards over a unix socket, a connection a request; only what stands behind it is counted."""
    sides = {"ours": "drover_uwsgi", "theirs": "uwsgi"}
    with ExitStack() as stack:
        pairs = {}
        for side, name in sides.items():
            server = stack.enter_context(bench.start(name))
            pairs[side] = server, stack.enter_context(bench.start_front(server))
        for server, front in pairs.values():
            front.wait_until_answering()
            run_wrk(server, 1, front=front)
        loads = by_turns(bench, "uwsgi", sides,
                         lambda side: run_wrk(pairs[side][0], bench.seconds, front=pairs[side][1]))
    for side, name in sides.items():
        note_errors(bench, "uwsgi", name, loads[side])
    ours, theirs = loads["ours"], loads["theirs"]
    return [
        compared("uwsgi", "CPU a request, behind nginx, beside uWSGI", column(ours, "cpu_micros"),
                 column(theirs, "cpu_micros"), lambda micros: f"{micros:.2f} µs", "at most 1",
                 lambda ratio: ratio <= 1,
                 {"user_micros": [column(loads[side], "user_micros") for side in sides]}),
        compared("uwsgi", "requests/s, behind nginx, beside uWSGI", column(ours, "rate"), column(theirs, "rate"),
                 lambda rate: f"{rate:,.0f}"),
    ]
