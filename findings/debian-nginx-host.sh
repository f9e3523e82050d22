#!/usr/bin/env bash
# Debian's nginx drops the port from the Host that a backend sees.
#
# Expected: uwsgi_params sets no HTTP_HOST, as in nginx's own file, so that the client's Host arrives as it was sent;
# and proxy_params passes it on whole, as $http_host. RFC 9110 section 7.2: Host has the port if it is not the usual
# one.
# Happens: since 1.22.1-9+deb12u6 of Debian 12 both say $host, which is without a port (their comments: because the
# client's own words may name another host than the one that nginx chose). A redirect or absolute link of the backend
# then leads from https://shop.test:8443 to https://shop.test. SERVER_PORT does not help: it is the port on which nginx
# listens, which behind a container's port mapping or a balancer is another one.
# A line behind the include helps with uwsgi only: both variables arrive, the one with the port last. With proxy_pass it
# gives the upstream two Host fields, which RFC 9112 section 3.2 has it refuse: there the include must be replaced.
# Version: nginx 1.22.1-9+deb12u11 (Debian 12).

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
nginx <<N
server {
    listen unix:$work/front;
    location /uwsgi { include $work/root/etc/nginx/uwsgi_params; uwsgi_pass unix:$work/up; }
    location /proxy { include $work/root/etc/nginx/proxy_params; proxy_pass http://unix:$work/up; }
    location /mended-uwsgi {
        include $work/root/etc/nginx/uwsgi_params;
        uwsgi_param HTTP_HOST \$http_host;
        uwsgi_pass unix:$work/up;
    }
    location /mended-proxy {
        include $work/root/etc/nginx/proxy_params;
        proxy_set_header Host \$http_host;
        proxy_pass http://unix:$work/up;
    }
}
N

cat > "$work/try.py" <<'P'
import re, socket, sys

upstream = socket.socket(socket.AF_UNIX)
upstream.bind(sys.argv[1] + "/up")
upstream.listen()
upstream.settimeout(5)
for path in "/uwsgi", "/proxy", "/mended-uwsgi", "/mended-proxy":
    client = socket.socket(socket.AF_UNIX)
    client.connect(sys.argv[1] + "/front")
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: shop.test:8443\r\n\r\n".encode())
    peer, _ = upstream.accept()
    said = peer.recv(65536)
    print(path, *[host.decode() for host in re.findall(rb"(?:HTTP_HOST..|\r\nHost: )([a-z.:0-9]+)", said, re.DOTALL)])
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    peer.close()
    client.close()
P
seen=$(python3 "$work/try.py" "$work")
row() { sed -n "$1p" <<< "$seen"; }
expect "include uwsgi_params" "/uwsgi shop.test" "$(row 1)"
expect "include proxy_params" "/proxy shop.test" "$(row 2)"
expect "a line behind uwsgi_params" "/mended-uwsgi shop.test shop.test:8443" "$(row 3)"
expect "a line behind proxy_params" "/mended-proxy shop.test shop.test:8443" "$(row 4)"
