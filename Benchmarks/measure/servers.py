"""Starts Drover, nginx and gunicorn on the loopback interface, and ends them by process id."""

import ctypes
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import time

from . import procfs

BODY = b"Hello, World!"
DESCRIPTORS = 32_768
UWSGI_PARAMS = (
    ("QUERY_STRING", "$query_string"), ("REQUEST_METHOD", "$request_method"), ("CONTENT_TYPE", "$content_type"),
    ("CONTENT_LENGTH", "$content_length"), ("REQUEST_URI", "$request_uri"), ("PATH_INFO", "$document_uri"),
    ("DOCUMENT_ROOT", "$document_root"), ("SERVER_PROTOCOL", "$server_protocol"), ("REQUEST_SCHEME", "$scheme"),
    ("REMOTE_ADDR", "$remote_addr"), ("REMOTE_PORT", "$remote_port"), ("SERVER_PORT", "$server_port"),
    ("SERVER_NAME", "$server_name"),
)
PR_SET_PDEATHSIG = 1
# The files of scripts/make-test-certificates: P-256 and RSA with 2048 bits.
SECRETS = {"ecdsa": "server", "rsa": "rsa"}
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


class Launcher:
    """Knows how each server is started, so that a measurement only names it."""

    def __init__(self, folder, drover, gunicorn, aiorpcx, templates):
        self.folder, self.drover_path, self.templates = folder, drover, templates
        self.gunicorn_path, self.aiorpcx_python = gunicorn, aiorpcx
        self.descriptors = raise_descriptor_limit()

    def files(self):
        """A folder with a page and two files, for those cases that are about files."""
        root = os.path.join(self.folder, "files")
        os.makedirs(root, exist_ok=True)
        for name, content in {"index.html": BODY, "1k.bin": b"x" * 1024, "1m.bin": os.urandom(1 << 20)}.items():
            path = os.path.join(root, name)
            if not os.path.exists(path):
                with open(path, "wb") as file:
                    file.write(content)
        return root

    def start(self, name, workers, app, log_by_pipe):
        arguments, port, environment = getattr(self, name)(workers, app)
        return Server(name, arguments, self.folder, port, environment, log_by_pipe)

    def drover(self, workers, app):
        if not os.access(self.drover_path, os.X_OK):
            raise Unavailable(f"no executable at {self.drover_path}: run 'swift build -c release' or 'make bench'")
        port = free_port()
        return [
            self.drover_path, "--workers", str(workers), "--bind", f"127.0.0.1:{port}", "--protocol", "http",
            "--app", app, "--keep-alive", "600", "--worker-connections", "20000",
            *(["--root", self.files()] if app == "files" else [])], port, {}

    def nginx(self, workers, app):
        # Its own advice for files: sendfile, and their descriptors remembered.
        answer = (f"sendfile on; tcp_nopush on; open_file_cache max=1000 inactive=60s; root {self.files()};"
                  if app == "files" else 'return 200 "Hello, World!";')
        return self._nginx(workers, answer)

    def front(self, workers, socket_path):
        """nginx before a server that speaks uwsgi, with the variables that its own uwsgi_params has."""
        return self._nginx(workers, " ".join(
            [f"uwsgi_param {name} {value};" for name, value in UWSGI_PARAMS] + [f"uwsgi_pass unix:{socket_path};"]))

    def drover_secure(self, workers, app):
        """Drover with TLS, the certificate that `app` begins with, and the application that it ends with."""
        kind, application = app.split("-")
        arguments, port, environment = self.drover(workers, application)
        pair = os.path.join(self.folder, "certificates", SECRETS[kind])
        with open(os.path.join(self.folder, "secure.yaml"), "w") as file:
            file.write("transport: tls\n")
        return arguments + ["-c", os.path.join(self.folder, "secure.yaml"), "--certfile", f"{pair}.pem",
                            "--keyfile", f"{pair}.key", "--control-socket", "off"], port, environment

    def nginx_secure(self, workers, app):
        """nginx with the same: Mozilla's intermediate profile, as Drover has it by default, and tickets."""
        kind, application = app.split("-")
        pair = os.path.join(self.folder, "certificates", SECRETS[kind])
        answer = (f"sendfile on; tcp_nopush on; open_file_cache max=1000 inactive=60s; root {self.files()};"
                  if application == "files" else 'return 200 "Hello, World!";')
        server = (f"ssl_certificate {pair}.pem; ssl_certificate_key {pair}.key; ssl_protocols TLSv1.2 TLSv1.3; "
                  "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
                  "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305; "
                  "ssl_ecdh_curve X25519:prime256v1:secp384r1; ssl_session_timeout 12h; ssl_prefer_server_ciphers off;")
        return self._nginx(workers, answer, " ssl", server)

    def _nginx(self, workers, answer, listen="", server=""):
        port = free_port()
        with open(os.path.join(self.templates, "nginx.conf")) as file:
            text = file.read()
        user = "user root;" if os.geteuid() == 0 else ""
        for key, value in {"ANSWER": answer, "LISTEN": listen, "SERVER": server, "PORT": port, "WORKERS": workers, "FOLDER": self.folder, "USER": user,
                           "DESCRIPTORS": self.descriptors}.items():
            text = text.replace(f"@{key}@", str(value))
        path = os.path.join(self.folder, f"nginx-{port}.conf")
        with open(path, "w") as file:
            file.write(text)
        return ["nginx", "-e", "stderr", "-p", self.folder, "-c", path], port, {}

    def drover_rpc(self, workers, _app):
        arguments, port, environment = self.drover(workers, "methods")
        arguments[arguments.index("http")] = "line-rpc"
        return arguments, port, environment

    def aiorpcx(self, _workers, _app):
        port = free_port()
        return [self.aiorpcx_python(), "-B", os.path.join(self.templates, "aiorpcx-sum.py"), str(port)], port, {}

    def socket_path(self, name, number):
        """Where a server listens that another one stands before."""
        return os.path.join(self.folder, f"{name}-{number}.sock")

    def drover_uwsgi(self, workers, app):
        arguments, number, environment = self.drover(workers, app)
        arguments[arguments.index("--bind") + 1] = f"unix:{self.socket_path('drover_uwsgi', number)}"
        arguments[arguments.index("--protocol") + 1] = "uwsgi"
        return arguments + ["--umask", "0"], number, environment

    def uwsgi(self, workers, _app):
        number = free_port()
        if not shutil.which("uwsgi-core"):
            raise Unavailable("uwsgi-core is missing: run scripts/install-dependencies --bench")
        return [
            "uwsgi-core", "--plugin", "python3", "--master", "--die-on-term", "--need-app", "--processes", str(workers),
            "--uwsgi-socket", self.socket_path("uwsgi", number), "--chmod-socket=666", "--listen", "2048",
            "--disable-logging", "--wsgi-file", os.path.join(self.templates, "hello.py")], number, {
            "PYTHONDONTWRITEBYTECODE": "1"}

    def gunicorn(self, workers, _app):
        port = free_port()
        return [
            self.gunicorn_path(), "--workers", str(workers), "--bind", f"127.0.0.1:{port}",
            "--log-level", "error", "--chdir", self.templates, "hello:application"], port, {
            "PYTHONPYCACHEPREFIX": os.path.join(self.folder, "pycache")}
