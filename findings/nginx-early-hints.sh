#!/usr/bin/env bash
# An interim response of an upstream is the final one for nginx.
#
# Expected: nginx skips a 103 of its upstream, or relays it, and then relays the 200. RFC 9110 section 15.2: a client
# must be able to parse interim responses even if it does not expect one, and a proxy must forward them.
# Happens: nginx takes the 103 for the final response, without a length, and the bytes of the 200 for its body. A client
# of HTTP/1.1 gets both byte for byte and notices nothing. A client of HTTP/2 gets HEADERS with 103, and then the text
# "HTTP/1.1 200 OK ..." as DATA, which is a protocol error for it (RFC 9113 section 8.1): its page is gone.
# A trial with curl against nginx therefore proves nothing unless it speaks HTTP/2.
# Version: nginx 1.22.1-9+deb12u11 (Debian 12); with uwsgi_pass it is the same.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
pypi hpack==4.2.0
nginx <<N
server { listen unix:$work/h1; location / { proxy_pass http://unix:$work/up; } }
server { listen unix:$work/h2 http2; location / { proxy_pass http://unix:$work/up; } }
N

cat > "$work/try.py" <<'P'
import socket, struct, sys, threading
from hpack import Decoder, Encoder

HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
FINAL = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
upstream = socket.socket(socket.AF_UNIX)
upstream.bind(sys.argv[1] + "/up")
upstream.listen()

def serve():
    while True:
        peer, _ = upstream.accept()
        peer.recv(65536)
        peer.sendall(HINTS + FINAL)
        peer.close()

def connect(name):
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(5)
    peer.connect(f"{sys.argv[1]}/{name}")
    return peer

def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload

threading.Thread(target=serve, daemon=True).start()
with connect("h1") as peer:
    peer.sendall(b"GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
    text = peer.makefile("rb").read()
    print("h1:", *[line.decode() for line in text.split(b"\r\n") if line.startswith(b"HTTP/") or line == b"ok"])
with connect("h2") as peer:
    fields = [(":method", "GET"), (":path", "/"), (":scheme", "http"), (":authority", "a.test")]
    peer.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) + frame(1, 5, 1, Encoder().encode(fields)))
    stream, ended, seen = peer.makefile("rb"), False, []
    while not ended:
        head = stream.read(9)
        kind, flags = head[3], head[4]
        payload = stream.read(int.from_bytes(head[:3], "big"))
        if kind == 1:
            seen.append("HEADERS " + dict(Decoder().decode(payload))[":status"])
        if kind == 0 and payload:
            seen.append("DATA " + payload.split(b"\r\n")[0].decode())
        ended = kind in (0, 1) and flags & 1
    print("h2:", *seen)
P
seen=$("$python" "$work/try.py" "$work")
expect "over HTTP/1.1" "h1: HTTP/1.1 103 Early Hints HTTP/1.1 200 OK ok" "$(sed -n 1p <<< "$seen")"
expect "over HTTP/2" "h2: HEADERS 103 DATA HTTP/1.1 200 OK" "$(sed -n 2p <<< "$seen")"
