#!/usr/bin/env bash
# X-Forwarded-Proto: "wss", "HTTPS" and lists mean something else to every server, and no list means https.
#
# Expected: from a proxy that the server trusts, "wss" (Traefik, for WebSockets) is https, "HTTPS" is https as a scheme
# has no case (RFC 3986 section 3.1), and of "https,http", which two proxies in a row make, an end is taken, the same
# one by all.
# Happens, as the scheme that the application sees:
#                       wss    HTTPS   https,http
#   gunicorn            http   http    http         (anything but the configured word "https" is http)
#   werkzeug ProxyFix   wss    HTTPS   http         (the last of the list, as it stands)
#   uvicorn             wss    http    http         (a list is unknown and counts for nothing: the connection's own)
#   hypercorn ProxyFix  wss    HTTPS   http
#   waitress            400    https   400
# So wss makes links that begin with wss:// in three of five, and TLS that ends at the outer of two proxies is seen by
# none.
# The field has no specification; RFC 7239 section 5.4 defines "proto" of Forwarded, one value an element.
# Versions: gunicorn 27.0.1, Werkzeug 3.1.9, uvicorn 0.54.0, Hypercorn 0.18.0, waitress 3.0.2.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
pypi gunicorn==27.0.1 Werkzeug==3.1.9 uvicorn==0.54.0 h11==0.16.0 Hypercorn==0.18.0 waitress==3.0.2

cat > "$work/application.py" <<'P'
from hypercorn.middleware import ProxyFixMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

def wsgi(environment, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return [environment["wsgi.url_scheme"].encode()]

async def asgi(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["scheme"].encode()})

werkzeug = ProxyFix(wsgi, x_proto=1)
hypercorn = ProxyFixMiddleware(asgi, mode="legacy", trusted_hops=1)
P
cat > "$work/ask.py" <<'P'
import http.client, sys
seen = []
for value in "https", "wss", "HTTPS", "https,http":
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=5)
    connection.request("GET", "/", headers={"X-Forwarded-Proto": value})
    answer = connection.getresponse()
    seen.append(answer.read().decode() if answer.status == 200 else str(answer.status))
print(*seen)
P

cd "$work"
try() {
    local name=$1 wanted=$2 port=$3
    shift 3
    "$work/venv/bin/$1" "${@:2}" > "$work/$name.log" 2>&1 &
    pids+=($!)
    until_true "$python" "$work/ask.py" "$port"
    expect "$name: https, wss, HTTPS, list" "$wanted" "$("$python" "$work/ask.py" "$port")"
}
port=$(free_port)
try gunicorn "https http http http" "$port" gunicorn -b "127.0.0.1:$port" application:wsgi
port=$(free_port)
try werkzeug "https wss HTTPS http" "$port" gunicorn -b "127.0.0.1:$port" application:werkzeug
port=$(free_port)
try uvicorn "https wss http http" "$port" uvicorn --port "$port" application:asgi
port=$(free_port)
try hypercorn "https wss HTTPS http" "$port" hypercorn -b "127.0.0.1:$port" application:hypercorn
port=$(free_port)
try waitress "https 400 https 400" "$port" waitress-serve "--listen=127.0.0.1:$port" --trusted-proxy=127.0.0.1 \
    --trusted-proxy-headers=x-forwarded-proto application:wsgi
