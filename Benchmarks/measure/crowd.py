"""What a request costs when 10,000 connections are open: when all of them ask, and when few of them do."""

import subprocess
from contextlib import ExitStack

from . import procfs
from .results import compared
from .servers import Unavailable, raise_descriptor_limit

FEW, MANY = 64, 10_000
ROUNDS, LONGEST = 3, 2


def _cpu_micros(bench, server, connections, asking, seconds):
    """User and all CPU a request, counted only once every connection is open and has had an answer."""
    words = [bench.compiled("crowd-load"), str(server.port), str(connections), str(asking), str(seconds)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as load:
        # It bounds its own time; where it gives up, it says nothing more and its pipe ends.
        opened = load.stdout.readline()
        before = procfs.cpu_seconds(server.pid)
        if opened:
            print("go", file=load.stdin, flush=True)
        answers = load.stdout.readline() if opened else ""
        after = procfs.cpu_seconds(server.pid)
        problem = load.communicate("end\n" if answers else None)[1]
    if load.returncode or not answers:
        raise Unavailable(f"{server.name} did not serve {connections} connections: {problem.strip()}")
    user, system = (after[place] - before[place] for place in (0, 1))
    return user * 1e6 / int(answers), (user + system) * 1e6 / int(answers)


def measure_crowd(bench):
    """Each server beside itself with fewer connections; nginx shows what of it is the kernel's."""
    many = min(MANY, raise_descriptor_limit() - 200)
    if many < MANY:
        bench.note(f"crowd: {many} connections only, the descriptor limit allows no more")
    seconds = min(LONGEST, bench.seconds)
    crowds = {"few": (FEW, FEW), "all": (many, many), "some": (many, FEW)}
    names = list(dict.fromkeys((bench.subject, "nginx")))
    costs = {name: {crowd: [] for crowd in crowds} for name in names}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(bench.start(name)) for name in names}
        for server in servers.values():
            server.wait_until_answering()
            _cpu_micros(bench, server, FEW, FEW, 1)
        for number in range(min(ROUNDS, bench.rounds)):
            for name in (names if number % 2 == 0 else list(reversed(names))):
                for crowd, (connections, asking) in crowds.items():
                    costs[name][crowd].append(_cpu_micros(bench, servers[name], connections, asking, seconds))

    def row(name, crowd, what):
        target = ("at most 1.2", lambda ratio: ratio <= 1.2) if name == bench.subject else ("-", None)
        (user_many, cpu_many), (user_few, cpu_few) = (zip(*costs[name][which]) for which in (crowd, "few"))
        return compared("crowd", f"CPU, {what} beside {FEW}, {name}", cpu_many, cpu_few,
                        lambda micros: f"{micros:.2f} µs", *target, {"user_micros": [user_many, user_few]})

    return [row(name, crowd, what)
            for crowd, what in (("all", f"{many:,} ask"), ("some", f"{FEW} of {many:,} ask"))
            for name in names]
