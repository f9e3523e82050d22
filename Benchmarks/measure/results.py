"""Rows of the result table, and the page they end up on."""

import json
import statistics
from dataclasses import asdict, dataclass, field


@dataclass
class Row:
    """One line of the table: a value, its peer beside it, and the target when there is one."""

    case: str
    what: str
    value: str
    peer: str = "-"
    ratio: str = "-"
    target: str = "-"
    met: bool | None = None
    raw: dict = field(default_factory=dict)


def compared(case, what, ours, theirs, show, target="-", holds=None, raw=None):
    """A row from paired samples: medians of both, and the median, lowest and highest of the pairs' ratios."""
    ratios = [a / b for a, b in zip(ours, theirs)]
    ratio = statistics.median(ratios)
    return Row(
        case, what, show(statistics.median(ours)), show(statistics.median(theirs)),
        f"{ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f})", target, holds(ratio) if holds else None,
        {"ours": list(ours), "theirs": list(theirs), "ratio": ratio, **(raw or {})})


def verdict(met):
    return {True: "yes", False: "**no**", None: "-"}[met]


def table(rows):
    lines = ["| case | measured | Drover | peer | ratio | target | met |", "|---|---|---|---|---|---|---|"]
    lines += [f"| {r.case} | {r.what} | {r.value} | {r.peer} | {r.ratio} | {r.target} | {verdict(r.met)} |"
              for r in rows]
    return "\n".join(lines)


def page(rows, facts, notes, picture=None):
    """The text of RESULTS.md; `picture` is the file that shows the same."""
    lines = ["# Results", "",
             "Written by `make bench` (`Benchmarks/run`); [README.md](README.md) says how each number is made.", ""]
    lines += [f"* {key}: {value}" for key, value in facts.items()]
    if picture:
        lines += ["", f"![CPU a request of each server, and ratios against their targets]({picture})"]
    lines += ["", table(rows), ""]
    lines += ["Ratios are Drover to peer: the median of the rounds, in brackets the lowest and the highest round.", ""]
    if notes:
        lines += ["Notes of this run:", ""] + [f"* {note}" for note in notes] + [""]
    return "\n".join(lines)


def as_json(rows, facts, notes):
    return json.dumps({"facts": facts, "notes": notes, "rows": [asdict(row) for row in rows]}, indent=2)
