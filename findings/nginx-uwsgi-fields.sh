#!/usr/bin/env bash
# What nginx says of a request's fields over the protocol uwsgi is not always true of the packet, nor one variable each.
#
# Expected: variables as RFC 3875 section 4.1.18 has them for CGI: a field that came twice is one variable with both
# values, and what concerned only the client's connection (Transfer-Encoding, Expect) has been left out.
# Happens: (a) A chunked body arrives whole, with CONTENT_LENGTH, and still HTTP_TRANSFER_ENCODING says "chunked": a
# backend that believes it looks for chunks in plain bytes. uwsgi_request_buffering off changes nothing about that: a
# chunked body is gathered first.
# (b) HTTP_EXPECT arrives although nginx has sent the 100 itself. A backend that sends one too has answered with it:
# nginx takes it for the final response (nginx-early-hints.sh).
# (c) A field that came twice is two variables of one name; a backend that keeps variables in a dictionary loses one.
# (d) So is a variable that the configuration sets twice: only its order tells that the second is meant to replace it.
# Version: nginx 1.22.1-9+deb12u11 (Debian 12). nginx 1.23.0 and later are said to join fields (c); not tried here.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
nginx <<N
server {
    listen unix:$work/front;
    include $work/root/etc/nginx/uwsgi_params;
    location /plain { uwsgi_pass unix:$work/up; }
    location /unbuffered { uwsgi_request_buffering off; uwsgi_pass unix:$work/up; }
    location /twice {
        include $work/root/etc/nginx/uwsgi_params;
        uwsgi_param HTTP_X_SET one;
        uwsgi_param HTTP_X_SET two;
        uwsgi_pass unix:$work/up;
    }
}
N

cat > "$work/try.py" <<'P'
import socket, struct, sys, threading

upstream = socket.socket(socket.AF_UNIX)
upstream.bind(sys.argv[1] + "/up")
upstream.listen()
SHOWN = ["HTTP_TRANSFER_ENCODING", "HTTP_EXPECT", "HTTP_X_A", "HTTP_COOKIE", "HTTP_X_SET"]

def serve():
    while True:
        peer, _ = upstream.accept()
        stream = peer.makefile("rb")
        block, variables = stream.read(struct.unpack("<xHx", stream.read(4))[0]), []
        while block:
            size = struct.unpack_from("<H", block)[0]
            name, block = block[2:2 + size].decode(), block[2 + size:]
            size = struct.unpack_from("<H", block)[0]
            variables.append((name, block[2:2 + size].decode()))
            block = block[2 + size:]
        length = dict(variables)["CONTENT_LENGTH"]
        body = stream.read(int(length or 0)).decode()
        said = [f"{name}={value}" for name, value in variables if name in SHOWN]
        text = " ".join([*said, f"length={length}", f"body={body}"])
        stream.close()
        peer.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
        peer.close()

def ask(head, *pieces):
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(5)
    peer.connect(sys.argv[1] + "/front")
    peer.sendall(head.replace("\n", "\r\n").encode() + b"Host: a.test\r\nConnection: close\r\n\r\n")
    interim = peer.recv(65536).split(b"\r\n")[0].decode() + " | " if "Expect" in head else ""
    for piece in pieces:
        peer.sendall(piece)
    print(interim + peer.makefile("rb").read().split(b"\r\n\r\n")[1].decode())

threading.Thread(target=serve, daemon=True).start()
for path in "/plain", "/unbuffered":
    ask(f"POST {path} HTTP/1.1\nTransfer-Encoding: chunked\n", b"5\r\nhello\r\n", b"0\r\n\r\n")
ask("POST /plain HTTP/1.1\nExpect: 100-continue\nContent-Length: 2\n", b"hi")
ask("GET /plain HTTP/1.1\nX-A: 1\nCookie: b=2\nX-A: 3\nCookie: d=4\n")
ask("GET /twice HTTP/1.1\nX-Set: three\n")
P
seen=$(python3 "$work/try.py" "$work")
row() { sed -n "$1p" <<< "$seen"; }
expect "(a) chunked" "HTTP_TRANSFER_ENCODING=chunked length=5 body=hello" "$(row 1)"
expect "(a) unbuffered" "HTTP_TRANSFER_ENCODING=chunked length=5 body=hello" "$(row 2)"
expect "(b) expectation" "HTTP/1.1 100 Continue | HTTP_EXPECT=100-continue length=2 body=hi" "$(row 3)"
expect "(c) fields twice" "HTTP_X_A=1 HTTP_COOKIE=b=2 HTTP_X_A=3 HTTP_COOKIE=d=4 length= body=" "$(row 4)"
expect "(d) set twice" "HTTP_X_SET=one HTTP_X_SET=two length= body=" "$(row 5)"
