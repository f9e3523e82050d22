"""What the kernel says about a process and its descendants, read from /proc."""

import os
import time

TICK = os.sysconf("SC_CLK_TCK")


def _stat_fields(pid):
    """The fields of /proc/PID/stat from the state on: the name before them may hold spaces and brackets."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()


def tree(root):
    """The process and all its living descendants, parents first."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                children.setdefault(int(_stat_fields(name)[1]), []).append(int(name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = [root]
    for pid in found:
        found.extend(sorted(children.get(pid, [])))
    return found


def cpu_seconds(root):
    """User and system seconds of the tree, and of the children it has reaped."""
    user = system = 0
    for pid in tree(root):
        try:
            fields = _stat_fields(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
        user += int(fields[11]) + int(fields[13])
        system += int(fields[12]) + int(fields[14])
    return user / TICK, system / TICK


def _memory_of(pid):
    total = {"Pss": 0, "Pss_Anon": 0}
    with open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            key, _, rest = line.partition(":")
            if key in total:
                total[key] += int(rest.split()[0])
    return total


def memory_kib(root):
    """Proportional set size of the tree in KiB: all of it, and the anonymous part."""
    parts = [_memory_of(pid) for pid in tree(root)]
    return {key: sum(part[key] for part in parts) for key in parts[0]}


def anonymous_kib(pid):
    """Anonymous memory of one process in KiB, pages it shares with its children counted whole."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon:"))


def machine_seconds():
    """Seconds all CPUs were busy since boot, and seconds the hypervisor took away."""
    with open("/proc/stat") as file:
        user, nice, system, _idle, _wait, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq) / TICK, steal / TICK


def machine():
    """One line on what this machine is."""
    with open("/proc/cpuinfo") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    cpus = len(os.sched_getaffinity(0))
    return f"{models[0] if models else os.uname().machine}, {cpus} CPUs, Linux {os.uname().release}"


def today():
    """The day in UTC, as the results show it."""
    return time.strftime("%Y-%m-%d", time.gmtime())
