"""The results as a picture: an SVG that follows the reader's light or dark setting."""

import math
import re
import statistics
from html import escape

WIDTH, LABELS, NUMBERS, LINE = 960, 340, 220, 26
LOWEST, HIGHEST = 1 / 16, 4
STYLE = """
    .page { fill: #ffffff } .text { fill: #1f2328 } .faint { fill: #59636e } .grid { stroke: #d1d9e0 }
    .bar { fill: #0969da } .other { fill: #8c959f } .line { stroke: #1f2328 } .met { fill: #0969da; stroke: #0969da }
    .missed { fill: #bc4c00; stroke: #bc4c00 }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117 } .text { fill: #f0f6fc } .faint { fill: #9198a1 } .grid { stroke: #3d444d }
      .bar { fill: #4493f8 } .other { fill: #656c76 } .line { stroke: #f0f6fc } .met { fill: #4493f8; stroke: #4493f8 }
      .missed { fill: #f0883e; stroke: #f0883e }
    }
    text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif } .title { font-weight: 600; font-size: 15px }
"""


def _text(x, y, words, kind="text", anchor="start"):
    return f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(words)}</text>'


def _servers(rows, top):
    """Bars: CPU a request of each server. Returns the shapes and where they end."""
    costs = [(row.raw["server"], statistics.median(row.raw["cpu_micros"])) for row in rows if "server" in row.raw]
    if not costs:
        return [], top
    room = WIDTH - LABELS - NUMBERS
    most = max(micros for _, micros in costs)
    shapes = [_text(20, top + 20, "CPU a request, keep-alive, thirteen bytes: shorter is better", "text title")]
    top += 36
    for name, micros in sorted(costs, key=lambda cost: cost[1]):
        kind = "bar" if name.startswith("Drover") else "other"
        shapes += [_text(LABELS - 10, top + 16, name, anchor="end"),
                   f'<rect class="{kind}" x="{LABELS}" y="{top + 3}" width="{max(1, room * micros / most):.1f}" '
                   f'height="{LINE - 9}" rx="2"/>',
                   _text(LABELS + room * micros / most + 8, top + 16, f"{micros:.1f} µs", "faint")]
        top += LINE
    return shapes, top + 16


def _share(row):
    """How much of what its target allows a row uses: median, lowest, highest; None where there is no such ratio."""
    wanted = re.fullmatch(r"at (most|least) ([\d.]+)", row.target)
    found = re.fullmatch(r"([\d.]+)(?: \(([\d.]+)-([\d.]+)\))?", row.ratio)
    if not wanted or not found or float(found.group(1)) == 0:
        return None
    limit = float(wanted.group(2))
    ratios = [float(group or found.group(1)) or 0.001 for group in found.groups()]
    return [ratio / limit if wanted.group(1) == "most" else limit / ratio for ratio in ratios]


def _place(share):
    share = min(max(share, LOWEST), HIGHEST)
    return LABELS + (WIDTH - LABELS - NUMBERS) * math.log(share / LOWEST) / math.log(HIGHEST / LOWEST)


def _targets(rows, top):
    """Points with their range against the target of each."""
    shown = [(row, share) for row in rows if (share := _share(row))]
    if not shown:
        return [], top
    bottom = top + 42 + LINE * len(shown)
    shapes = [_text(20, top + 20, "Ratios against their targets: left of the line is met", "text title")]
    for mark, words in ((1 / 8, "1/8 of it"), (1 / 4, "1/4"), (1 / 2, "1/2"), (1, "target"), (2, "twice it")):
        kind = "line" if mark == 1 else "grid"
        shapes += [f'<line class="{kind}" x1="{_place(mark):.1f}" x2="{_place(mark):.1f}" y1="{top + 36}" '
                   f'y2="{bottom}"/>',
                   _text(_place(mark), bottom + 16, words, "faint", "middle")]
    top += 38
    for row, (median, *ends) in shown:
        kind, middle = "missed" if row.met is False else "met", top + LINE / 2
        shapes += [_text(LABELS - 10, top + 17, f"{row.case}: {_short(row.what)}", anchor="end"),
                   f'<line class="{kind}" x1="{_place(min(ends)):.1f}" x2="{_place(max(ends)):.1f}" '
                   f'y1="{middle}" y2="{middle}" stroke-width="3" stroke-linecap="round"/>',
                   f'<circle class="{kind}" cx="{_place(median):.1f}" cy="{middle}" r="5"/>',
                   _text(WIDTH - NUMBERS + 12, top + 17, f"{row.ratio.split(' ')[0]}, {row.target}"
                         + (": missed" if row.met is False else ""), "faint")]
        top += LINE
    return shapes, bottom + 32


def _short(words):
    return words if len(words) <= 40 else words[:38].rstrip(" ,") + " …"


def picture(rows, facts):
    """The text of results.svg."""
    servers, top = _servers(rows, 10)
    targets, top = _targets(rows, top)
    origin = _text(20, top + 8, f"{facts['Date']}, {facts['Machine']}", "faint")
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 24}" width="{WIDTH}" height="{top + 24}" '
        'role="img" aria-label="Benchmarks: CPU a request of each server, and ratios against their targets">',
        f"<style>{STYLE}</style>", f'<rect class="page" width="{WIDTH}" height="{top + 24}"/>',
        *servers, *targets, origin, "</svg>", ""])
