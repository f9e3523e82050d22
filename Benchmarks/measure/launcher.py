"""How each server is started: Drover, and those it is measured beside."""

import os
import shutil

from .servers import BODY, Server, Unavailable, free_port, raise_descriptor_limit

UWSGI_PARAMS = (
    ("QUERY_STRING", "$query_string"), ("REQUEST_METHOD", "$request_method"), ("CONTENT_TYPE", "$content_type"),
    ("CONTENT_LENGTH", "$content_length"), ("REQUEST_URI", "$request_uri"), ("PATH_INFO", "$document_uri"),
    ("DOCUMENT_ROOT", "$document_root"), ("SERVER_PROTOCOL", "$server_protocol"), ("REQUEST_SCHEME", "$scheme"),
    ("REMOTE_ADDR", "$remote_addr"), ("REMOTE_PORT", "$remote_port"), ("SERVER_PORT", "$server_port"),
    ("SERVER_NAME", "$server_name"),
)
SECRETS = {"ecdsa": "server", "rsa": "rsa"}


class Launcher:
    """Knows how each server is started, so that a measurement only names it."""

    def __init__(self, folder, tools, templates):
        self.folder, self.tools, self.templates = folder, tools, templates
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

    def start(self, name, workers, app, accept, log_by_pipe):
        arguments, port, environment = getattr(self, name)(workers, app)
        if accept == "reuseport":
            self._reuse_port(name, arguments)
        return Server(name, arguments, self.folder, port, environment, log_by_pipe)

    def _reuse_port(self, name, arguments):
        """Gives each worker a queue of its own."""
        if name == "drover":
            arguments.append("--reuse-port")
        elif name == "nginx":
            with open(arguments[-1], "r+") as file:
                text = file.read().replace(" backlog=", " reuseport backlog=")
                file.seek(0)
                file.write(text)
        else:
            raise Unavailable(f"nobody knows how {name} gives each worker a queue of its own")

    def drover(self, workers, app):
        if not os.access(self.tools.drover, os.X_OK):
            raise Unavailable(f"no executable at {self.tools.drover}: run 'swift build -c release' or 'make bench'")
        port = free_port()
        return [
            self.tools.drover, "--workers", str(workers), "--bind", f"127.0.0.1:{port}", "--protocol", "http",
            "--app", app, "--keep-alive", "600", "--worker-connections", "20000",
            *(["--root", self.files()] if app == "files" else [])], port, (
                # The usual limit is there for servers that expect no gibibyte.
                {"DROVER_HTTP_LIMIT_REQUEST_BODY": "4g"} if app == "bulk" else {})

    def drover_threads(self, workers, app):
        arguments, port, environment = self.drover(workers, app)
        return arguments + ["--worker-class", "threads"], port, environment

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
        for key, value in {"ANSWER": answer, "LISTEN": listen, "SERVER": server, "PORT": port, "WORKERS": workers,
                           "FOLDER": self.folder, "USER": user, "DESCRIPTORS": self.descriptors}.items():
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
        return [self.tools.aiorpcx(), "-B", os.path.join(self.templates, "aiorpcx-sum.py"), str(port)], port, {}

    def doge(self, workers, _app):
        """The doge sample's own worker class, with the server that its tests call too."""
        port = free_port()
        return [self.tools.doge(), "--workers", str(workers), "--worker-class", "doge", "--bind", f"127.0.0.1:{port}",
                "--keep-alive", "600", "--worker-connections", "20000", "--control-socket", "off"], port, {}

    def gunicorn_doge(self, workers, _app):
        return self._gunicorn(self.tools.gunicorn("gevent", "packaging", "msgpack"), workers, "--worker-class",
                              "doge_worker.DogeWorker", "--reuse-port", application="doge_worker:application")

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
        return self._uwsgi(workers, number, "--uwsgi-socket", self.socket_path("uwsgi", number), "--chmod-socket=666")

    def uwsgi_http(self, workers, _app):
        port = free_port()
        return self._uwsgi(workers, port, "--http-socket", f"127.0.0.1:{port}")

    def _uwsgi(self, workers, number, *listening):
        if not shutil.which("uwsgi-core"):
            raise Unavailable("uwsgi-core is missing: run scripts/install-dependencies --bench")
        return [
            "uwsgi-core", "--plugin", "python3", "--master", "--die-on-term", "--need-app", "--processes", str(workers),
            *listening, "--listen", "2048", "--disable-logging",
            "--wsgi-file", os.path.join(self.templates, "hello.py")], number, {"PYTHONDONTWRITEBYTECODE": "1"}

    def gunicorn(self, workers, _app):
        return self._gunicorn(self.tools.gunicorn(), workers)

    def gunicorn_gthread(self, workers, _app):
        # As many threads as a worker of Drover's class `threads` has by default.
        return self._gunicorn(self.tools.gunicorn(), workers, "--worker-class", "gthread", "--threads", "8")

    def gunicorn_gevent(self, workers, _app):
        return self._gunicorn(self.tools.gunicorn("gevent", "packaging"), workers, "--worker-class", "gevent")

    def _gunicorn(self, path, workers, *options, application="hello:application"):
        port = free_port()
        return [
            path, "--workers", str(workers), "--bind", f"127.0.0.1:{port}", "--keep-alive", "600", *options,
            "--log-level", "error", "--chdir", self.templates, application], port, {
            "PYTHONPATH": self.templates, "PYTHONPYCACHEPREFIX": os.path.join(self.folder, "pycache")}

    def hummingbird(self, workers, _app):
        """One process with as many event loops as others have workers."""
        port = free_port()
        return [self.tools.hummingbird(), str(port), str(workers)], port, {}

    def sink(self, _workers, _app):
        """A bare loop that receives and discards."""
        port = free_port()
        return [self.tools.compiled("bare-sink"), str(port)], port, {}
