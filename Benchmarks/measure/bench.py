"""What every measurement shares: how long, against which binary, in which folder, and what there is to remark."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

from . import servers

DISTURBED = 0.05


@dataclass
class Bench:
    """One run of the benchmarks."""

    root: str
    folder: str
    drover: str
    subject: str
    seconds: float
    rounds: int
    notes: list = field(default_factory=list)
    repeated: dict = field(default_factory=dict)

    def __post_init__(self):
        self.store = os.path.join(os.path.dirname(self.root), ".build-bench")
        os.makedirs(self.store, exist_ok=True)
        self._launcher = servers.Launcher(
            self.folder, self.drover, self.gunicorn, self.aiorpcx, os.path.join(self.root, "peers"))

    def start(self, name, workers=2, app="hello", log_by_pipe=False):
        return self._launcher.start(name, workers, app, log_by_pipe)

    def start_front(self, server):
        """nginx before a server that speaks uwsgi; one worker, so that both servers have the same beside them."""
        return self.start("front", workers=1, app=self._launcher.socket_path(server.name, server.port))

    def note(self, text):
        print(f"note: {text}", file=sys.stderr)
        self.notes.append(text)

    def may_repeat(self, case, loads):
        """Whether to throw a round away because something else had the processors: such numbers are worth little.

        At most as many rounds are repeated as were asked for; after that they count, and the page says so.
        """
        worst = max(load.others for load in loads)
        if worst <= DISTURBED:
            return False
        if self.repeated.get(case, 0) < self.rounds:
            self.repeated[case] = self.repeated.get(case, 0) + 1
            return True
        self.note(f"{case}: other processes used {worst:.0%} of the CPUs during a round; measure again when quiet")
        return False

    def gunicorn(self):
        """Path of gunicorn in a virtual environment of its own, installed from PyPI when it is missing."""
        environment = os.path.join(self.store, "gunicorn")
        path = os.path.join(environment, "bin", "gunicorn")
        if not os.access(path, os.X_OK):
            try:
                self._quietly([sys.executable, "-m", "venv", environment])
                self._quietly([os.path.join(environment, "bin", "pip"), "install", "--quiet", "gunicorn"])
            except subprocess.CalledProcessError as failure:
                raise servers.Unavailable(f"gunicorn cannot be installed: {failure.stderr.strip()[-300:]}") from failure
        return path

    def aiorpcx(self):
        """Path of a Python that has aiorpcX, the one of the tests; installed from PyPI when it is missing."""
        project = os.path.dirname(self.root)
        try:
            self._quietly([os.path.join(project, "scripts", "setup-aiorpcx")])
        except subprocess.CalledProcessError as failure:
            raise servers.Unavailable(f"aiorpcX cannot be installed: {failure.stderr.strip()[-300:]}") from failure
        return os.path.join(project, ".build", "aiorpcx", "bin", "python")

    def bare_fork(self):
        """Path of the compiled fork + exit + wait loop."""
        return self.compiled("bare-fork")

    def handshakes(self):
        """Path of the compiled client that opens TLS connections."""
        return self.compiled("handshakes", "-pthread", "-lssl", "-lcrypto")

    def certificates(self):
        """A folder with certificates that the machine's own authority has signed."""
        folder = os.path.join(self.folder, "certificates")
        if not os.path.isdir(folder):
            self._quietly([os.path.join(os.path.dirname(self.root), "scripts", "make-test-certificates"), folder])
        return folder

    def compiled(self, name, *libraries):
        """Path of a small C program of the peers' folder, compiled when it has changed."""
        source, path = os.path.join(self.root, "peers", f"{name}.c"), os.path.join(self.store, name)
        if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(source):
            compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
            if not compiler:
                raise servers.Unavailable(f"no C compiler for {name}: install gcc, or have clang on PATH")
            self._quietly([compiler, "-O2", "-o", path, source, *libraries])
        return path

    def versions(self):
        """What ran, as the tools themselves say it."""
        def says(*command):
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=20)
            except FileNotFoundError:
                return "absent"
            return (done.stdout + done.stderr).strip().split("\n")[0]

        gunicorn = os.path.join(self.store, "gunicorn", "bin", "gunicorn")
        return {"drover": says(self.drover, "--version"), "nginx": says("nginx", "-v").removeprefix("nginx version: "),
                "wrk": says("wrk", "-v").split(" [")[0], "gunicorn": says(gunicorn, "--version"),
                "uWSGI": says("uwsgi-core", "--version")}

    @staticmethod
    def _quietly(command):
        subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
