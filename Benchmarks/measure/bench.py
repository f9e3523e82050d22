"""What every measurement shares: how long, against which binary, in which folder, and what there is to remark."""

import os
import sys
from dataclasses import dataclass, field

from .launcher import Launcher
from .tools import Tools

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
        self.tools = Tools(self.root, self.drover)
        self._launcher = Launcher(self.folder, self.tools, os.path.join(self.root, "peers"))

    def start(self, name, workers=2, app="hello", accept="shared", log_by_pipe=False):
        return self._launcher.start(name, workers, app, accept, log_by_pipe)

    def files(self):
        """The folder of files that servers with the application `files` serve."""
        return self._launcher.files()

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

    def bare_fork(self):
        """Path of the compiled fork + exit + wait loop."""
        return self.compiled("bare-fork")

    def handshakes(self):
        """Path of the compiled client that opens TLS connections."""
        return self.compiled("handshakes", "-pthread", "-lssl", "-lcrypto")

    def certificates(self):
        """A folder with certificates that the machine's own authority has signed."""
        return self.tools.certificates(os.path.join(self.folder, "certificates"))

    def compiled(self, name, *libraries):
        """Path of a small C program of the peers' folder, compiled when it has changed."""
        return self.tools.compiled(name, *libraries)
