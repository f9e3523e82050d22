"""Start to first answer beside gunicorn, and fork to ready beside a bare fork."""

import signal
import statistics
import subprocess
import time

from . import procfs
from .results import Row, compared

READY = r"event=worker_ready .*?\bboot_ms=([\d.]+)"


def measure_start(bench):
    """Process start to the last byte of the first answer, by turns; the first start of each only fills caches."""
    starts = {bench.subject: [], "gunicorn": []}
    for round_number in range(1 + max(5, bench.rounds)):
        for name, seconds in starts.items():
            with bench.start(name) as server:
                elapsed = server.wait_until_answering()
            if round_number:
                seconds.append(elapsed * 1000)
    return [compared("start", "start to first answer", starts[bench.subject], starts["gunicorn"],
                     lambda millis: f"{millis:.1f} ms", "at most 0.2", lambda ratio: ratio <= 0.2)]


def _bare_fork_micros(bench, count, touched_kib=0):
    done = subprocess.run([bench.bare_fork(), str(count), str(touched_kib)], capture_output=True, text=True,
                          timeout=60, check=True)
    return [float(line) for line in done.stdout.split()]


def _ready_times(server, count):
    """Adds workers one at a time with TTIN.

    Returns the milliseconds from fork to ready that each log line names, and those from the signal to reading the line.
    """
    named, seen = [], []
    for _ in range(count):
        time.sleep(0.02)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTTIN)
        found = server.wait_for_line(READY)
        seen.append((time.monotonic() - began) * 1000)
        named.append(float(found))
    return named, seen


def measure_fork(bench):
    count = 20
    with bench.start("drover", workers=1, log_by_pipe=True) as server:
        server.wait_for_line(READY)
        anonymous = procfs.anonymous_kib(server.pid)
        before = _bare_fork_micros(bench, 200)
        named, seen = _ready_times(server, count)
        after = _bare_fork_micros(bench, 200)
        as_big = _bare_fork_micros(bench, 200, anonymous)
    bare = statistics.median(before + after) / 1000
    ready, what = named, "fork to ready"
    if all(sample == int(sample) for sample in named):
        ready, what = seen, "TTIN to the log line"
        bench.note("fork: boot_ms comes in whole milliseconds; measured from outside instead, which adds the signal, "
                   "the arbiter's waking and the log lines")
    ratio = statistics.median(ready) / bare
    return [Row("fork", f"{what}, median of {count}", f"{statistics.median(ready):.3f} ms",
                f"{bare:.3f} ms (bare fork + exit + wait)", f"{ratio:.2f}", "at most 4", ratio <= 4,
                {"boot_ms": named, "seen_ms": seen, "bare_ms": bare, "arbiter_anonymous_kib": anonymous,
                 "bare_as_big_as_arbiter_ms": statistics.median(as_big) / 1000})]
