"""Loads on several servers by turns, so that whatever else the machine does meets all of them alike."""


def by_turns(bench, case, sides, load):
    """As many rounds as were asked for; in each, `load(side)` once for every side, and the order changes.

    Returns the loads of each side. A round that something else disturbed is thrown away and repeated.
    """
    sides = list(sides)
    loads = {side: [] for side in sides}
    count = 0
    while count < bench.rounds:
        order = sides if count % 2 == 0 else list(reversed(sides))
        done = {side: load(side) for side in order}
        if bench.may_repeat(case, done.values()):
            continue
        for side in sides:
            loads[side].append(done[side])
        count += 1
    return loads


def note_errors(bench, case, name, loads):
    """Says so when wrk saw connections fail."""
    errors = sum(load.errors for load in loads)
    if errors:
        bench.note(f"{case}: {errors} socket errors seen by wrk against {name}")


def column(loads, attribute):
    """One figure of every load."""
    return [getattr(load, attribute) for load in loads]
