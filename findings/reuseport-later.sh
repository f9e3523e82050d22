#!/usr/bin/env bash
# Linux: SO_REUSEPORT may be set on a socket that listens already, and cannot be taken back once a port was shared.
#
# Expected: "This option must be set on each socket (including the first socket) prior to calling bind(2) on the socket"
# (socket(7)), and a socket without it keeps its port for itself.
# Happens, for TCP sockets of one user:
#   * Set on a listening socket, the option counts from then on. The next socket binds beside it, listens, and both get
#     their part of the connections. It works for 0.0.0.0 beside 127.0.0.1 as well. Set and unset before another socket
#     has bound, the option leaves nothing behind.
#   * Once two have shared the port, or the first was bound with the option, unsetting it on all of them is no use:
#     a further socket that has the option itself can bind and listen, and gets connections. The kernel keeps the
#     permission with the port ("fastreuseport" in inet_connection_sock.c), also when the other socket is closed.
# So a server can begin to share its port while it runs, and cannot end it: that takes new sockets.
# Version: Linux 6.18, IPv4 on the loopback, Python's sockets. Another kernel is not refused here; it may differ.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"

cat > "$work/try.py" <<'P'
import socket

def option(one, value):
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, value)

def listen(port, shares, host="127.0.0.1"):
    """A socket that listens; None when the port is taken."""
    one = socket.socket()
    option(one, shares)
    try:
        one.bind((host, port))
        one.listen(128)
        return one
    except OSError:
        one.close()

def alone(shares):
    one = listen(0, shares)
    return one, one.getsockname()[1]

def may(port, shares=True, host="127.0.0.1"):
    one = listen(port, shares, host)
    if one:
        one.close()
    return "taken" if one else "refused"

def waiting(one):
    one.setblocking(False)
    count = 0
    try:
        while True:
            one.accept()[0].close()
            count += 1
    except BlockingIOError:
        return count

first, port = alone(False)
print("without:", may(port), end=", ")
option(first, True)
print("with, from now on:", may(port), end=", ")
first, port = alone(False)
option(first, True)
print("0.0.0.0:", may(port, host="0.0.0.0"))

first, port = alone(False)
option(first, True)
second = listen(port, True)
clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
counts = waiting(first), waiting(second)
print("both get connections:", min(counts) > 0, "all:", sum(counts))

option(first, False)
option(second, False)
print("unset on both: with the option", may(port), "without", may(port, shares=False), end=", ")
second.close()
print("the other closed:", may(port))

first, port = alone(True)
option(first, False)
print("bound with it, then unset:", may(port), end=", ")
first, port = alone(False)
option(first, True)
option(first, False)
print("set and unset alone:", may(port))
P
seen=$(timeout 60 python3 "$work/try.py")
row() { sed -n "$1p" <<< "$seen"; }
expect "set while it listens" "without: refused, with, from now on: taken, 0.0.0.0: taken" "$(row 1)"
expect "connections" "both get connections: True all: 100" "$(row 2)"
expect "unset" "unset on both: with the option taken without refused, the other closed: taken" "$(row 3)"
expect "never shared" "bound with it, then unset: taken, set and unset alone: refused" "$(row 4)"
