"""Instructions that the head parser alone needs, counted by valgrind: the same on a busy machine and a quiet one."""

import os
import re
import subprocess

from .results import Row
from .servers import Unavailable
from .throughput import BROWSER

FEW, MANY = 1_000, 2_000


def browser_head():
    """A request as a browser sends it, filled up to about 700 bytes by what browsers send too."""
    lines = ["GET /catalogue/items?page=4&order=price HTTP/1.1", "Host: shop.example.org:8080", *BROWSER,
             "Sec-Fetch-Site: same-origin", "Sec-Fetch-User: ?1", "Connection: keep-alive", "DNT: 1", "Priority: u=0, i"]
    return "\r\n".join(lines) + "\r\n\r\n"


def _instructions(program, count, head):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, str(count), head],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found or done.stdout.strip() != str(count * len(head)):
        raise Unavailable(f"valgrind counted nothing: {(done.stdout + done.stderr).strip()[-300:]}")
    return int(found.group(1))


def measure_parser(bench):
    """The difference between many heads and few, so that starting and ending cancel out."""
    program = os.path.join(bench.folder, "parsing")
    # Valgrind cannot read all of Swift's debug information, and needs none.
    try:
        subprocess.run(["strip", "-g", "-o", program, bench.tools.parsing()], check=True, capture_output=True, text=True)
        head = browser_head()
        few, many = _instructions(program, FEW, head), _instructions(program, MANY, head)
    except FileNotFoundError as missing:
        raise Unavailable(f"{missing.filename} is missing: run scripts/install-dependencies --bench") from missing
    each = (many - few) / (MANY - FEW)
    return [Row("parser", f"instructions a byte, a head of {len(head)} bytes", f"{each / len(head):.2f}",
                target="at most 5", met=each / len(head) <= 5, raw={"instructions": each, "bytes": len(head)})]
