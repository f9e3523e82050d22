#!/usr/bin/env bash
# A reply that a reset follows is not lost: it depends on the client whether it is read.
#
# Expected: a server that answers 413 and closes while the client still sends gets the connection reset, and the reply
# is gone for each client (RFC 9112 section 9.6: the reset may erase what the client has not read yet).
# Happens: on Linux the reply stays readable behind the failed send. requests (urllib3) and httpx look there and return
# 413 each time. http.client raises from the send and never looks, and nginx says 502 to its own client. If the server
# half-closes and reads on, each client gets the 413, always.
# So a test of early replies has to use http.client or nginx: the others are content with a server that never lingers.
# Versions: CPython 3.11.2 (Debian 3.11.2-6+deb12u9), requests 2.34.2 with urllib3 2.8.0, httpx 0.28.1, nginx
# 1.22.1-9+deb12u11 (Debian 12), on Linux 6.18. Of 20 uploads of 8 MB http.client lost all, nginx 17 to 19.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
debian_python requests==2.34.2 urllib3==2.8.0 httpx==0.28.1 httpcore==1.0.9 h11==0.16.0
port=$(free_port)
nginx <<N
server { listen unix:$work/front; location / { proxy_pass http://127.0.0.1:$port; } }
N

cat > "$work/try.py" <<'P'
import http.client, socket, sys, threading
import httpx, requests

REPLY = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge"
port, front, lingers = int(sys.argv[1]), sys.argv[2], False
url, body = f"http://127.0.0.1:{port}/", bytes(8_000_000)
server = socket.create_server(("127.0.0.1", port))

def answer(peer):
    head = b""
    while b"\r\n\r\n" not in head:
        head += peer.recv(1)
    peer.sendall(REPLY)
    if lingers:
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(65536):
            pass
    peer.close()

def serve():
    while True:
        answer(server.accept()[0])

class Unix(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(front)

def plain(connection):
    connection.request("POST", "/", body)
    return connection.getresponse().status

CLIENTS = {
    "http.client": lambda: plain(http.client.HTTPConnection("127.0.0.1", port, timeout=10)),
    "requests": lambda: requests.post(url, data=body, timeout=10).status_code,
    "httpx": lambda: httpx.post(url, content=body, timeout=10).status_code,
    "nginx": lambda: plain(Unix("a.test")),
}

def losses(client):
    lost = 0
    for _ in range(20):
        try:
            lost += client() != 413
        except OSError:
            lost += 1
    return lost

threading.Thread(target=serve, daemon=True).start()
for lingers in False, True:
    for name, client in CLIENTS.items():
        lost = losses(client)
        print(f"{'lingering' if lingers else 'closing'} {name}: {lost} of 20 lost", file=sys.stderr)
        print(f"{name} {'loses some' if lost else 'loses none'}", end=", " if name != "nginx" else "\n")
P
seen=$("$python" "$work/try.py" "$port" "$work/front")
expect "close at once" \
    "http.client loses some, requests loses none, httpx loses none, nginx loses some" \
    "$(sed -n 1p <<< "$seen")"
expect "half-close and read on" \
    "http.client loses none, requests loses none, httpx loses none, nginx loses none" \
    "$(sed -n 2p <<< "$seen")"
