"""The server under test as a process: started, watched by its log, ended by its process id."""

import re
import signal
import subprocess
import tempfile
import time


class Server:
    def __init__(self, program, *arguments, workers=2, worker_class="doge", accept="shared", configuration="",
                 environment=None):
        self.folder = tempfile.TemporaryDirectory(prefix="doge-interop-")
        path = f"{self.folder.name}/drover.yaml"
        with open(path, "w") as file:
            file.write(f"listeners: [{{ bind: '127.0.0.1:0', accept: {accept} }}]\n{configuration}")
        self.log_path = f"{self.folder.name}/log"
        with open(self.log_path, "w") as log:
            self.process = subprocess.Popen(
                [program, "--config", path, "--workers", str(workers), "--worker-class", worker_class, *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        self.wait_for("event=worker_ready", workers)
        self.port = int(re.search(r"event=listening address=127\.0\.0\.1:(\d+)", self.log()).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.folder.cleanup()

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def wait_for(self, text, count=1, limit=20):
        deadline = time.monotonic() + limit
        while self.log().count(text) < count:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"not {count} times '{text}' in the log:\n{self.log()}")
            time.sleep(0.01)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def assert_ended_well(self, limit=20, but=None):
        """Waits for the end; nothing worse than info may stand in the log, except in lines that hold `but`."""
        status = self.process.wait(limit)
        assert status == 0, f"the server ended with {status}:\n{self.log()}"
        for line in self.log().splitlines():
            if any(word in line for word in (" warning ", " error ", " critical ")):
                assert but and but in line, self.log()
