"""A server on the loopback interface: started, asked, and ended by process id."""

import ctypes
import os
import re
import resource
import signal
import socket
import subprocess
import time

from . import procfs

BODY = b"Hello, World!"
DESCRIPTORS = 32_768
PR_SET_PDEATHSIG = 1
# The files of scripts/make-test-certificates: P-256 and RSA with 2048 bits.
LIBC = ctypes.CDLL(None, use_errno=True)


class Unavailable(Exception):
    """Something a measurement needs is not here; the text says what to do."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def raise_descriptor_limit():
    """Takes as many descriptors as this process may have; what a child gets, its parent has taken before."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    for limit in (max(hard, DESCRIPTORS), hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            return limit
        except (ValueError, OSError):
            continue
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _in_child():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def answer_once(port, timeout=5.0):
    """One request on a connection of its own, and its reply: up to the usual body, or to the end of the stream."""
    with socket.create_connection(("127.0.0.1", port), timeout) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
        reply = b""
        while not reply.endswith(BODY):
            more = client.recv(4096)
            if not more:
                break
            reply += more
        return reply


class Server:
    """A running server: a process tree, the port it answers on, and the file or pipe its log goes to."""

    def __init__(self, name, arguments, folder, port, environment, log_by_pipe):
        self.name = name
        self.port = port
        self.log_path = os.path.join(folder, f"{name}-{port}.log")
        clean = {key: value for key, value in os.environ.items()
                 if not key.startswith("DROVER_") and key not in ("WEB_CONCURRENCY", "PORT", "GUNICORN_CMD_ARGS")}
        with open(self.log_path, "wb") as log:
            self.started = time.monotonic()
            self.process = subprocess.Popen(
                arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.PIPE if log_by_pipe else log, env={**clean, **environment}, preexec_fn=_in_child)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def workers(self):
        return procfs.tree(self.pid)[1:]

    def wait_until_answering(self, limit=20.0):
        """Seconds from the start of the process to the last byte of its first answer."""
        while time.monotonic() - self.started < limit:
            if self.process.poll() is not None:
                raise Unavailable(f"{self.name} ended with {self.process.returncode}: {self.log().strip()[-400:]}")
            try:
                if answer_once(self.port).startswith(b"HTTP/1.1 200"):
                    return time.monotonic() - self.started
            except OSError:
                time.sleep(0.0002)
        raise Unavailable(f"{self.name} gave no answer within {limit:.0f} s: {self.log().strip()[-400:]}")

    def wait_until_listening(self, limit=20.0):
        """Waits until somebody takes connections."""
        while time.monotonic() - self.started < limit:
            if self.process.poll() is not None:
                raise Unavailable(f"{self.name} ended with {self.process.returncode}: {self.log().strip()[-400:]}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 5).close()
                return
            except OSError:
                time.sleep(0.01)
        raise Unavailable(f"{self.name} does not listen: {self.log().strip()[-400:]}")

    def wait_for_log(self, pattern, count, limit=10.0):
        """The matches of a pattern in the log, once there are so many."""
        deadline = time.monotonic() + limit
        while len(found := re.findall(pattern, self.log())) < count:
            if time.monotonic() > deadline:
                raise Unavailable(f"{self.name} logged {len(found)} of {count} lines like '{pattern}': {self.log_path}")
            time.sleep(0.002)
        return found

    def wait_for_line(self, pattern):
        """The first group of the pattern in the next line of the log's pipe that matches it."""
        for line in self.process.stderr:
            if found := re.search(pattern, line.decode(errors="replace")):
                return found.group(1)
        raise Unavailable(f"{self.name} ended without a line like '{pattern}'")

    def stop(self):
        """TERM to the root, then KILL to whatever of its tree is left after 5 s."""
        members = procfs.tree(self.pid) if self.process.poll() is None else []
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            for pid in members:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
