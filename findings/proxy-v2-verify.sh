#!/usr/bin/env bash
# PROXY protocol version 2, "verify" of the SSL TLV: 0 does not mean that a client's certificate was verified.
#
# Expected: verify is zero if the client showed a certificate and it was verified, and not zero otherwise, as section
# 2.2.6 of haproxy's proxy-protocol.txt has it; so "verify == 0" tells clients with a certificate from those without.
# Happens: for a client without a certificate haproxy itself says 0, and hitch says 1. Only the flags tell the two apart
# (1: TLS, 2: a certificate on this connection, 4: one in this session), so they have to be looked at first.
# Also unasked: both send the ALPN TLV (type 1) once a protocol was agreed, haproxy with plain send-proxy-v2 already,
# and hitch sends the server name (type 2): a receiver has to skip what it does not know from the start.
# Versions: haproxy 2.6.12-1+deb12u4, hitch 1.7.2-1+b1 (Debian 12).

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
debian haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing-c-wrapper0=1.1.3-3+b1 libopentracing1=1.6.0-4 \
    hitch=1.7.2-1+b1 libev4=1:4.33-1
cd "$work"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out certificate -subj /CN=a.test \
    -days 9 2> openssl.err
cat certificate key > both.pem
chmod 644 both.pem
back=$(free_port) plain=$(free_port) tls=$(free_port) hitch=$(free_port)
cat > haproxy.cfg <<H
defaults
    mode tcp
    timeout connect 3s
    timeout client 5s
    timeout server 5s
listen plain
    bind 127.0.0.1:$plain ssl crt both.pem alpn http/1.1
    server back 127.0.0.1:$back send-proxy-v2
listen tls
    bind 127.0.0.1:$tls ssl crt both.pem ca-file certificate verify optional
    server back 127.0.0.1:$back send-proxy-v2-ssl-cn
H
root/usr/sbin/haproxy -db -f haproxy.cfg > haproxy.log 2>&1 &
pids+=($!)
as=()
if [ "$(id -u)" = 0 ]; then as=(-u nobody); fi
root/usr/sbin/hitch "${as[@]}" -f "[127.0.0.1]:$hitch" -b "[127.0.0.1]:$back" --write-proxy-v2 \
    --alpn-protos=http/1.1 -n 1 both.pem > hitch.log 2>&1 &
pids+=($!)

cat > try.py <<'P'
import socket, ssl, struct, sys

back, port, shows, alpn = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "shows", sys.argv[4:]
context = ssl.create_default_context(cafile="certificate")
if shows:
    context.load_cert_chain("both.pem")
if alpn:
    context.set_alpn_protocols(alpn)
with socket.create_server(("127.0.0.1", back)) as server:
    server.settimeout(5)
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port), 5), server_hostname="a.test") as client:
        client.send(b"x")
        peer, _ = server.accept()
        head = peer.recv(16, socket.MSG_WAITALL)
        rest = peer.recv(struct.unpack(">H", head[14:])[0], socket.MSG_WAITALL)[12:]
        peer.close()
while rest:
    kind, size = struct.unpack(">BH", rest[:3])
    value, rest = rest[3:3 + size], rest[3 + size:]
    if kind == 0x20:
        print(f"ssl flags={value[0]} verify={struct.unpack('>I', value[1:5])[0]}", end=" ")
    else:
        print(f"{ {1: 'alpn', 2: 'authority'}.get(kind, kind) }={value.decode()}", end=" ")
P
ready() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
for port in "$plain" "$tls" "$hitch"; do until_true ready "$port"; done
ask() { python3 try.py "$back" "$@"; }
expect "haproxy, send-proxy-v2, ALPN agreed" "alpn=http/1.1 " "$(ask "$plain" none http/1.1)"
expect "haproxy, no certificate" "ssl flags=1 verify=0 " "$(ask "$tls" none)"
expect "haproxy, a verified certificate" "ssl flags=7 verify=0 " "$(ask "$tls" shows)"
expect "hitch, no certificate" "authority=a.test ssl flags=1 verify=1 " "$(ask "$hitch" none)"
expect "hitch, ALPN agreed" "alpn=http/1.1 authority=a.test ssl flags=1 verify=1 " "$(ask "$hitch" none http/1.1)"
