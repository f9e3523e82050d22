# shellcheck shell=bash
# What each finding begins with: a temporary folder, pinned packages in it, and the end of both and of all processes.
# A finding ends with 0 if all is as written, with 1 if something changed, with 2 if it could not find out.

set -euo pipefail
work=$(mktemp -d)
pids=()

finish() {
    local status=$?
    trap - EXIT
    for pid in "${pids[@]}"; do kill "$pid" 2> "$work/kill" || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2> "$work/kill" || true; done
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 2' INT TERM

unknown() {
    echo "unknown: $*" >&2
    exit 2
}

# expect WHAT WANTED SEEN
expect() {
    if [ "$2" != "$3" ]; then
        printf 'changed: %s\n  was: %s\n  is:  %s\n' "$1" "$2" "$3" >&2
        exit 1
    fi
    printf '%s: %s\n' "$1" "$3"
}

# pypi NAME==VERSION...: installs them for "$python".
pypi() {
    python="$work/venv/bin/python"
    python3 -m venv "$work/venv"
    "$python" -m pip install --quiet --disable-pip-version-check "$@" || unknown "PyPI has no $*"
}

# debian NAME=VERSION...: unpacks them in $work/root. Nothing is installed.
debian() {
    mkdir -p "$work/debs"
    (cd "$work/debs" && apt-get -q -o APT::Sandbox::User=root download "$@") > "$work/apt" 2>&1 ||
        unknown "Debian's archive has no $*: $(tail -n 1 "$work/apt")"
    for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root"; done
    LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
    export LD_LIBRARY_PATH
}

# debian_python NAME==VERSION...: "$python" is Debian's 3.11.2 with these from PyPI.
debian_python() {
    local revision=3.11.2-6+deb12u9
    debian "python3.11-minimal=$revision" "libpython3.11-minimal=$revision" "libpython3.11-stdlib=$revision"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --python-version 3.11 \
        --only-binary :all: --target "$work/lib" "$@" || unknown "PyPI has no $*"
    python="$work/python"
    printf '#!/bin/sh\nPYTHONHOME=%s PYTHONPATH=%s exec %s "$@"\n' \
        "$work/root/usr" "$work/lib" "$work/root/usr/bin/python3.11" > "$python"
    chmod +x "$python"
}

# swift_6_3_1: "$toolchain" is the folder with Swift 6.3.1's swift and swiftc: that of $SWIFT, of /opt/swift or of PATH.
swift_6_3_1() {
    for candidate in "${SWIFT:-}" /opt/swift/usr/bin/swift "$(command -v swift || true)"; do
        [ -x "$candidate" ] || continue
        toolchain=$(dirname "$(readlink -f "$candidate")")
        if "$toolchain/swiftc" --version 2>&1 | grep -q 'Swift version 6\.3\.1 '; then return; fi
    done
    unknown "no toolchain of Swift 6.3.1"
}

# compile ARGUMENT...: swiftc, optimised, of whole modules.
compile() {
    "$toolchain/swiftc" -O -wmo -parse-as-library -swift-version 6 -package-name finding -I "$work" "$@" \
        > "$work/compile" 2>&1 || unknown "it does not compile: $(grep -m 1 error: "$work/compile")"
}

free_port() {
    python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# until_true COMMAND...: waits for a process to be ready, ten seconds at most.
until_true() {
    for _ in $(seq 100); do
        if "$@" > "$work/until" 2>&1; then return; fi
        sleep 0.1
    done
    unknown "not ready: $*: $(tail -n 1 "$work/until")"
}

# nginx: starts Debian's with the server blocks from stdin. They listen on unix sockets in $work.
nginx() {
    debian nginx=1.22.1-9+deb12u11 nginx-common=1.22.1-9+deb12u11
    {
        echo "daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.err; events {}"
        echo "http { access_log off; client_max_body_size 20m;"
        for kind in client_body proxy uwsgi fastcgi scgi; do echo "${kind}_temp_path $work/$kind;"; done
        cat
        echo "}"
    } > "$work/nginx.conf"
    "$work/root/usr/sbin/nginx" -e "$work/nginx.err" -c "$work/nginx.conf" &
    pids+=($!)
    until_true test -e "$work/nginx.pid"
}
