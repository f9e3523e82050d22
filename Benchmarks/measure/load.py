"""Runs wrk against a server of ours on the loopback interface and reads the bill from /proc."""

import os
import re
import resource
import subprocess
import time
from dataclasses import dataclass

from . import procfs
from .servers import Unavailable


@dataclass
class Load:
    """One bounded run of wrk: what was answered, and what it cost the server's process tree."""

    requests: int
    seconds: float
    bytes: int
    errors: int
    user: float
    system: float
    others: float
    busiest: float

    @property
    def rate(self):
        return self.requests / self.seconds

    @property
    def cpu_micros(self):
        return (self.user + self.system) * 1e6 / self.requests

    @property
    def user_micros(self):
        return self.user * 1e6 / self.requests


def _number(pattern, text, default=0):
    found = re.search(pattern, text)
    return int(found.group(1)) if found else default


def _error_count(text):
    found = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    return sum(map(int, found.groups())) if found else 0


def _per_process(root):
    return {pid: sum(procfs.cpu_seconds(pid)) for pid in procfs.tree(root)[1:]}


def run_wrk(server, seconds, connections=64, headers=(), script=None, path="/", front=None):
    """Loads the server with one wrk thread for some seconds, through `front` if it stands behind one."""
    arguments = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "5s"]
    for header in headers:
        arguments += ["-H", header]
    if script:
        arguments += ["-s", script]
    arguments.append(f"http://127.0.0.1:{(front or server).port}{path}")

    done, bill = billed(server, arguments, seconds + 30, front)
    summary = re.search(r"(\d+) requests in ([\d.]+)s, ", done.stdout)
    if done.returncode != 0 or not summary or int(summary.group(1)) == 0:
        raise Unavailable(f"wrk got no answers from {server.name}: {(done.stdout + done.stderr).strip()[-300:]}")
    refused = _number(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    if refused:
        raise Unavailable(f"{server.name} answered {refused} requests with an error: see {server.log_path}")
    return Load(
        requests=int(summary.group(1)), seconds=float(summary.group(2)),
        bytes=_read_bytes(done.stdout), errors=_error_count(done.stdout), **bill)


def run_calls(server, program, seconds, window, connections=64, form="json"):
    """Loads the server with calls of `sum`, so many at a time on each connection."""
    arguments = [program, str(server.port), str(connections), str(seconds), str(window), form]
    done, bill = billed(server, arguments, seconds + 30)
    numbers = done.stdout.split()
    if done.returncode != 0 or len(numbers) != 4 or int(numbers[0]) == 0:
        raise Unavailable(f"no answers from {server.name}: {(done.stdout + done.stderr).strip()[-300:]}")
    return Load(requests=int(numbers[0]), seconds=float(numbers[1]), bytes=int(numbers[2]), errors=int(numbers[3]),
                **bill)


def billed(server, arguments, limit, front=None):
    """Runs a client; what became of it, and what that cost the server and everybody else."""
    machine_before, _ = procfs.machine_seconds()
    workers_before = _per_process(server.pid)
    user_before, system_before = procfs.cpu_seconds(server.pid)
    front_before = sum(procfs.cpu_seconds(front.pid)) if front else 0
    children_before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    done = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=limit)
    elapsed = time.monotonic() - began
    user_after, system_after = procfs.cpu_seconds(server.pid)
    front_after = sum(procfs.cpu_seconds(front.pid)) if front else 0
    workers_after = _per_process(server.pid)
    children_after = resource.getrusage(resource.RUSAGE_CHILDREN)
    machine_after, _ = procfs.machine_seconds()

    ours = (user_after - user_before) + (system_after - system_before)
    client = (children_after.ru_utime - children_before.ru_utime) + (children_after.ru_stime - children_before.ru_stime)
    cpus = len(os.sched_getaffinity(0))
    shares = [workers_after[pid] - workers_before.get(pid, 0) for pid in workers_after]
    return done, {
        "user": user_after - user_before, "system": system_after - system_before,
        "others": max(0.0, (machine_after - machine_before) - ours - client - (front_after - front_before))
        / (elapsed * cpus),
        "busiest": max(shares) / sum(shares) if shares and sum(shares) else 1.0}


def _read_bytes(text):
    found = re.search(r"requests in [\d.]+s, ([\d.]+)([KMGT]?)B read", text)
    return round(float(found.group(1)) * 1024 ** " KMGT".index(found.group(2) or " ")) if found else 0
