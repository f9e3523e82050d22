"""What a request costs when many connections are open and every one of them asks."""

from contextlib import ExitStack

from .load import run_wrk
from .results import compared
from .servers import raise_descriptor_limit

FEW, MANY = 64, 10_000
# Long enough for all connections to be open, also those that the first SYN of was lost in the crowd.
SETTLING = 2


def _cpu_micros(server, connections, seconds):
    """CPU a request; what opening and closing so many connections costs cancels out between a short and a long load."""
    short = run_wrk(server, SETTLING, connections)
    long = run_wrk(server, SETTLING + seconds, connections)
    cpu = (long.user + long.system) - (short.user + short.system)
    return cpu * 1e6 / max(1, long.requests - short.requests), long


def measure_crowd(bench):
    """All connections take part: wrk asks again on each as soon as it has its answer."""
    many = min(MANY, raise_descriptor_limit() - 200)
    if many < MANY:
        bench.note(f"crowd: {many} connections only, the descriptor limit allows no more")
    names = list(dict.fromkeys((bench.subject, "nginx")))
    costs = {name: {FEW: [], many: []} for name in names}
    errors = dict.fromkeys(names, 0)
    with ExitStack() as stack:
        servers = {name: stack.enter_context(bench.start(name)) for name in names}
        for server in servers.values():
            server.wait_until_answering()
            run_wrk(server, 1)
        for number in range(min(3, bench.rounds)):
            for name in (names if number % 2 == 0 else list(reversed(names))):
                costs[name][FEW].append(run_wrk(servers[name], bench.seconds, FEW).cpu_micros)
                micros, load = _cpu_micros(servers[name], many, bench.seconds)
                costs[name][many].append(micros)
                errors[name] += load.errors
    for name, count in errors.items():
        if count:
            bench.note(f"crowd: {count} socket errors seen by wrk against {name}")

    def row(name, target="-", holds=None):
        return compared("crowd", f"{name}, CPU a request, {many:,} connections beside {FEW}", costs[name][many],
                        costs[name][FEW], lambda micros: f"{micros:.2f} µs", target, holds)

    rows = [row(names[0], "at most 1.2", lambda ratio: ratio <= 1.2)]
    return rows + [row(name) for name in names[1:]]
