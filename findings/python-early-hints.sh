#!/usr/bin/env bash
# Python's http.client, and with it requests, takes an interim response for the answer.
#
# Expected: 103 is skipped and 200 is returned. RFC 9110 section 15.2: a client must be able to parse interim responses
# ahead of the final one, even if it does not expect one, and may ignore them.
# Happens: http.client skips 100 only. A 103 is returned as the answer, with an empty body; so requests says 103, and
# urllib.request raises HTTPError 103. httpx (h11) and aiohttp return the 200.
# Versions: CPython 3.11.2 (Debian 3.11.2-6+deb12u9), requests 2.34.2 with urllib3 2.8.0, httpx 0.28.1 with h11 0.16.0,
# aiohttp 3.14.5.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
debian_python requests==2.34.2 urllib3==2.8.0 httpx==0.28.1 httpcore==1.0.9 h11==0.16.0 aiohttp==3.14.5

cat > "$work/try.py" <<'P'
import asyncio, http.client, socket, threading, urllib.error, urllib.request
import aiohttp, httpx, requests

FINAL = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]
url = f"http://127.0.0.1:{port}/"
interim = b""

def serve():
    while True:
        peer, _ = server.accept()
        peer.recv(65536)
        peer.sendall(interim + FINAL)
        peer.close()

def plain():
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/")
    return connection.getresponse().status

def urllib_request():
    try:
        return urllib.request.urlopen(url, timeout=5).status
    except urllib.error.HTTPError as error:
        return f"HTTPError {error.code}"

async def through_aiohttp():
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status

threading.Thread(target=serve, daemon=True).start()
for interim in b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n":
    print("http.client", plain(), "urllib.request", urllib_request(), "requests", requests.get(url).status_code,
          "httpx", httpx.get(url).status_code, "aiohttp", asyncio.run(through_aiohttp()))
P
seen=$("$python" "$work/try.py")
expect "100, then 200" \
    "http.client 200 urllib.request 200 requests 200 httpx 200 aiohttp 200" "$(sed -n 1p <<< "$seen")"
expect "103, then 200" \
    "http.client 103 urllib.request HTTPError 103 requests 103 httpx 200 aiohttp 200" "$(sed -n 2p <<< "$seen")"
