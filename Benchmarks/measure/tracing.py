"""System calls counted with strace: a request's share under load, and the silence of an idle server."""

import os
import re
import signal
import subprocess
import time

from .load import run_wrk
from .results import Row
from .servers import Unavailable

WAITS = ("epoll_wait", "epoll_pwait", "epoll_pwait2")
RECEIVING = ("recvfrom", "recv", "recvmsg", "read", "readv")
SENDING = ("sendto", "send", "sendmsg", "write", "writev")
ATTACH_LIMIT = 10.0


class Tracer:
    """strace on one process and its threads, from the first traced call on until the block ends."""

    def __init__(self, pid, folder, options):
        self.path = os.path.join(folder, f"strace-{pid}-{time.monotonic_ns()}")
        self.process = subprocess.Popen(["strace", "-f", *options, "-o", self.path, "-p", str(pid)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.pid = pid

    def __enter__(self):
        deadline = time.monotonic() + ATTACH_LIMIT
        while self._tracer() != self.process.pid:
            if self.process.poll() is not None or time.monotonic() > deadline:
                message = self.process.stderr.read().decode() if self.process.poll() is not None else "no answer"
                self.__exit__()
                raise Unavailable(f"strace cannot attach to process {self.pid}: {message.strip()}")
            time.sleep(0.02)
        return self

    def _tracer(self):
        with open(f"/proc/{self.pid}/status") as file:
            return int(re.search(r"TracerPid:\s+(\d+)", file.read()).group(1))

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stderr.close()


def _counts(path):
    """The table of `strace -c`: calls by name."""
    counts = {}
    with open(path) as file:
        for line in file:
            words = line.split()
            if len(words) >= 5 and re.fullmatch(r"[\d.]+", words[0]) and words[-1] != "total":
                counts[words[-1]] = int(words[3])
    return counts


def _bill(bench, server, seconds):
    with Tracer(server.workers()[0], bench.folder, ["-c"]) as tracer:
        requests = run_wrk(server, seconds).requests
        time.sleep(0.5)  # the closing of wrk's connections belongs to both loads, or it does not cancel out
    return requests, _counts(tracer.path)


def calls_per_request(bench, name):
    """What each further request costs: the difference between a long and a short load, so that set-up cancels out."""
    with bench.start(name, workers=1) as server:
        server.wait_until_answering()
        run_wrk(server, 1)
        few, short = _bill(bench, server, 1)
        many, long = _bill(bench, server, 4)
    return {call: (long.get(call, 0) - short.get(call, 0)) / (many - few) for call in sorted(set(short) | set(long))}


def _show(shares):
    shown = {call: share for call, share in shares.items() if share >= 0.005}
    return ", ".join(f"{call} {share:.2f}" for call, share in sorted(shown.items(), key=lambda item: -item[1]))


def measure_calls(bench):
    ours, theirs = calls_per_request(bench, bench.subject), calls_per_request(bench, "nginx")
    received = sum(ours.get(call, 0) for call in RECEIVING)
    sent = sum(ours.get(call, 0) for call in SENDING)
    growing = [call for call, share in ours.items() if share >= 0.01 and call not in WAITS + RECEIVING + SENDING]
    met = abs(received - 1) <= 0.02 and abs(sent - 1) <= 0.02 and not growing
    return [Row("syscalls", "calls a request, one worker", _show(ours), _show(theirs), "-",
                "1 recv, 1 send, epoll_wait", met, {"ours": ours, "theirs": theirs, "growing": growing})]


def calls_while_idle(bench, pid, seconds):
    """Calls begun in a window that opens a second after attaching, because attaching itself interrupts a wait."""
    with Tracer(pid, bench.folder, ["-ttt"]) as tracer:
        time.sleep(1)
        opened = time.time()
        time.sleep(seconds)
        closed = time.time()
    calls = []
    with open(tracer.path) as file:
        for line in file:
            found = re.match(r"(?:\d+ +)?(\d+\.\d+) (\w+)\(", line)
            if found and opened <= float(found.group(1)) <= closed:
                calls.append(found.group(2))
    return calls


def measure_idle(bench):
    window, timeout = 10.0, 30.0
    allowed = int(window // (timeout / 2)) + 1
    rows = []
    with bench.start(bench.subject) as server:
        server.wait_until_answering()
        time.sleep(1)
        roles = [("arbiter", server.pid, "0", 0)]
        roles += [("worker", server.workers()[0], f"at most {allowed} (one per timeout/2)", allowed)]
        for role, pid, target, limit in roles:
            calls = calls_while_idle(bench, pid, window)
            rows.append(Row("idle-calls", f"{role}, calls in {window:.0f} s", str(len(calls)), "-", "-", target,
                            len(calls) <= limit, {"calls": calls}))
    return rows
