"""What the measurements stand on and a machine may lack: peers that are compiled or installed when first needed."""

import json
import os
import shutil
import subprocess
import sys

from .servers import Unavailable


def quietly(command, limit=300):
    """Runs a command to its end; what it says is seen only when it fails."""
    subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=limit)


class Tools:
    """Keeps what it has made in .build-bench."""

    def __init__(self, root, drover):
        self.root, self.drover = root, drover
        self.project = os.path.dirname(root)
        self.store = os.path.join(self.project, ".build-bench")
        os.makedirs(self.store, exist_ok=True)

    def gunicorn(self, *beside):
        """Path of gunicorn in a virtual environment of its own, installed from PyPI with what goes beside it."""
        environment = os.path.join(self.store, "gunicorn")
        path, python = (os.path.join(environment, "bin", name) for name in ("gunicorn", "python3"))
        try:
            if not os.access(path, os.X_OK):
                quietly([sys.executable, "-m", "venv", environment])
            packages = ("gunicorn", *beside)
            # Isolated, or a folder of the same name where we stand would pass for a package.
            known = subprocess.run([python, "-I", "-c", f"import {', '.join(packages)}"], capture_output=True,
                                   timeout=60)
            if known.returncode:
                quietly([python, "-m", "pip", "install", "--quiet", *packages])
        except subprocess.CalledProcessError as failure:
            raise Unavailable(f"gunicorn cannot be installed: {failure.stderr.strip()[-300:]}") from failure
        return path

    def aiorpcx(self):
        """Path of a Python that has aiorpcX, the one of the tests; installed from PyPI when it is missing."""
        try:
            quietly([os.path.join(self.project, "scripts", "setup-aiorpcx")])
        except subprocess.CalledProcessError as failure:
            raise Unavailable(f"aiorpcX cannot be installed: {failure.stderr.strip()[-300:]}") from failure
        return os.path.join(self.project, ".build", "aiorpcx", "bin", "python")

    def certificates(self, folder):
        """A folder with certificates that the machine's own authority has signed."""
        if not os.path.isdir(folder):
            quietly([os.path.join(self.project, "scripts", "make-test-certificates"), folder])
        return folder

    def compiled(self, name, *libraries):
        """Path of a small C program of the peers' folder, compiled when it has changed."""
        source, path = os.path.join(self.root, "peers", f"{name}.c"), os.path.join(self.store, name)
        if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(source):
            compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
            if not compiler:
                raise Unavailable(f"no C compiler for {name}: install gcc, or have clang on PATH")
            quietly([compiler, "-O2", "-o", path, source, *libraries])
        return path

    def hummingbird(self):
        """Path of the server in peers/hummingbird-hello, built for release; the first build takes minutes."""
        package = os.path.join(self.root, "peers", "hummingbird-hello")
        scratch = os.path.join(self.store, "hummingbird")
        path = os.path.join(scratch, "release", "hello")
        if not os.access(path, os.X_OK):
            swift = os.environ.get("SWIFT") or shutil.which("swift")
            if not swift:
                raise Unavailable("no Swift to build Hummingbird with: name one with SWIFT=…")
            print("building Hummingbird, which takes some minutes the first time …", file=sys.stderr, flush=True)
            try:
                quietly([swift, "build", "-c", "release", "--package-path", package, "--scratch-path", scratch], 1200)
            except subprocess.CalledProcessError as failure:
                words = (failure.stderr + failure.stdout).strip()
                raise Unavailable(f"Hummingbird cannot be built: {words[-300:]}") from failure
            except subprocess.TimeoutExpired as failure:
                raise Unavailable("Hummingbird was not built within 20 minutes") from failure
        return path

    def doge(self):
        """Path of the doge sample's server, built for release; the first build takes minutes."""
        package, scratch = os.path.join(self.project, "samples", "doge"), os.path.join(self.store, "doge")
        path = os.path.join(scratch, "release", "doge-lab")
        swift = os.environ.get("SWIFT") or shutil.which("swift")
        if not swift:
            raise Unavailable("no Swift to build the doge sample with: name one with SWIFT=…")
        if not os.access(path, os.X_OK):
            print("building the doge sample, which takes some minutes the first time …", file=sys.stderr, flush=True)
        try:
            quietly([swift, "build", "-c", "release", "--static-swift-stdlib", "--product", "doge-lab",
                     "--package-path", package, "--scratch-path", scratch], 1200)
        except subprocess.CalledProcessError as failure:
            words = (failure.stderr + failure.stdout).strip()
            raise Unavailable(f"the doge sample cannot be built: {words[-300:]}") from failure
        except subprocess.TimeoutExpired as failure:
            raise Unavailable("the doge sample was not built within 20 minutes") from failure
        return path

    def parsing(self):
        """Path of the program that only parses heads; `make bench` builds it beside the server."""
        path = os.path.join(os.path.dirname(self.drover), "DroverParsing")
        if not os.access(path, os.X_OK):
            raise Unavailable(f"no executable at {path}: run 'make bench', or "
                              "'swift build -c release --product DroverParsing --static-swift-stdlib'")
        return path

    def versions(self):
        """What ran, as the tools themselves say it."""
        def says(*command):
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=20)
            except FileNotFoundError:
                return "absent"
            return (done.stdout + done.stderr).strip().split("\n")[0]

        environment = os.path.join(self.store, "gunicorn", "bin")
        gevent = says(os.path.join(environment, "python3"), "-c", "import gevent; print(gevent.__version__)")
        return {"drover": says(self.drover, "--version"), "nginx": says("nginx", "-v").removeprefix("nginx version: "),
                "wrk": says("wrk", "-v").split(" [")[0],
                "gunicorn": says(os.path.join(environment, "gunicorn"), "--version"),
                "gevent": gevent if gevent[:1].isdigit() else "absent", "uWSGI": says("uwsgi-core", "--version"),
                "Hummingbird": self._hummingbird_version(), "valgrind": says("valgrind", "--version")}

    def _hummingbird_version(self):
        try:
            with open(os.path.join(self.store, "hummingbird", "workspace-state.json")) as file:
                packages = json.load(file)["object"]["dependencies"]
        except (FileNotFoundError, KeyError, ValueError):
            return "absent"
        found = [package["state"]["checkoutState"].get("version") for package in packages
                 if package["packageRef"]["identity"] == "hummingbird"]
        return found[0] if found else "absent"
