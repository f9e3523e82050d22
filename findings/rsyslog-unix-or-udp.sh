#!/usr/bin/env bash
# A syslog message means one thing to rsyslog's unix socket, another to its UDP port, and is cut at 8096 bytes.
#
# Expected: a message of RFC 3164 ("<14>Nov 30 09:00:00 shop drover[7]: text") or RFC 5424 is understood wherever it
# arrives, and what is longer than 1024 bytes (RFC 3164 section 4.1) is cut there.
# Happens: on a unix socket, as /dev/log is one, rsyslog has a parser of its own that expects no host: the host becomes
# the program, and of RFC 5424 the version "1" does. Without a host it is the other way round: right on the unix socket;
# by UDP also, with the sender's address for the host. useSpecialParser="off" helps RFC 5424 only. Both inputs keep 8096
# bytes of a message (the manual says 8k), with no sign that there was more, and write a line end in it as #012.
# Version: rsyslog 8.2302.0-1+deb12u2 (Debian 12), its own settings.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
debian rsyslog=8.2302.0-1+deb12u2 libestr0=0.1.11-1 libfastjson4=1.2304.0-1
port=$(free_port)
modules=$(echo "$work"/root/usr/lib/*-linux-gnu/rsyslog)
cat > "$work/rsyslog.conf" <<R
global(workDirectory="$work" localHostname="receiver")
module(load="imuxsock" SysSock.Use="off")
module(load="imudp")
input(type="imuxsock" Socket="$work/log")
input(type="imuxsock" Socket="$work/log-general" useSpecialParser="off")
input(type="imudp" address="127.0.0.1" port="$port")
template(name="shown" type="string" string="%inputname% host=%hostname% program=%programname% text=%msg%\n")
template(name="raw" type="string" string="%inputname% %rawmsg%\n")
action(type="omfile" file="$work/shown" template="shown")
action(type="omfile" file="$work/raw" template="raw")
R
"$work/root/usr/sbin/rsyslogd" -n -C -M "$modules/" -i "$work/rsyslog.pid" -f "$work/rsyslog.conf" \
    > "$work/rsyslog.err" 2>&1 &
pids+=($!)
until_true test -e "$work/rsyslog.pid"
until_true test -S "$work/log-general"

cat > "$work/send.py" <<'P'
import socket, sys
address = (sys.argv[1], int(sys.argv[2])) if len(sys.argv) > 2 else sys.argv[1]
with socket.socket(socket.AF_INET if len(sys.argv) > 2 else socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
    for text in ("<14>Nov 30 09:00:00 shop drover[7]: host", "<14>Nov 30 09:00:00 drover[7]: no host",
                 "<14>1 2026-11-30T09:00:00Z shop drover 7 - - new", "<14>Nov 30 09:00:00 drover[7]: two\nlines",
                 "<14>Nov 30 09:00:00 drover[7]: " + "x" * 9000):
        sender.sendto(text.encode(), address)
P
lines() { [ "$(wc -l < "$work/raw")" -eq "$1" ]; }
python3 "$work/send.py" "$work/log"
until_true lines 5
python3 "$work/send.py" "$work/log-general"
until_true lines 10
python3 "$work/send.py" 127.0.0.1 "$port"
until_true lines 15
row() { sed -n "$1p" "$work/shown"; }
expect "unix, RFC 3164 with a host" "imuxsock host=receiver program=shop text= drover[7]: host" "$(row 1)"
expect "unix, RFC 3164 without" "imuxsock host=receiver program=drover text= no host" "$(row 2)"
expect "unix, RFC 5424" "imuxsock host=receiver program=1 text= 2026-11-30T09:00:00Z shop drover 7 - - new" "$(row 3)"
expect "unix, a line end" "imuxsock host=receiver program=drover text= two#012lines" "$(row 4)"
expect "general parser, with a host" "imuxsock host=receiver program=shop text= drover[7]: host" "$(row 6)"
expect "general parser, RFC 5424" "imuxsock host=shop program=drover text=new" "$(row 8)"
expect "UDP, RFC 3164 with a host" "imudp host=shop program=drover text= host" "$(row 11)"
expect "UDP, RFC 5424" "imudp host=shop program=drover text=new" "$(row 13)"
for row in 5 10 15; do
    text=$(sed -n "${row}s/^[a-z]* //p" "$work/raw")
    expect "bytes kept of 9031, message $row" 8096 "${#text}"
done
