#!/usr/bin/env bash
# SwiftPM: the lock on a build folder lies in $TMPDIR under the folder's path, not in the folder.
#
# Expected: of two `swift build` in the same folder the second one waits ("Another instance of SwiftPM is already
# running using '.build'"), whatever the two processes' environments are.
# Happens: the lock is the file $TMPDIR/<path of .build, each / as _>.lock, in /tmp without TMPDIR. A build with another
# TMPDIR waits for nothing and builds at the same time in the same .build. A symbolic link to the package is resolved
# and changes nothing.
# It follows for containers that share a checkout and services with a /tmp of their own (PrivateTmp) that they do not
# wait for each other either; and for different folders mounted at one path that they do. Neither is tried here.
# Version: Swift 6.3.1 on Linux.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
swift_6_3_1

mkdir -p "$work/package/Sources/tool" "$work/one" "$work/two"
echo 'print("built")' > "$work/package/Sources/tool/main.swift"
# The lock is held while the manifest runs, so a manifest that waits for a file is a build that takes long.
cat > "$work/package/Package.swift" <<P
// swift-tools-version: 6.2
import Glibc
import PackageDescription

if access("$work/slow", F_OK) == 0 {
    close(open("$work/begun", O_WRONLY | O_CREAT, 0o644))
    for _ in 0..<300 where access("$work/go", F_OK) != 0 { usleep(100_000) }
}
let package = Package(name: "package", targets: [.executableTarget(name: "tool")])
P
# A sandbox or a cache that was filled by another run would keep the manifest from running.
build() {
    TMPDIR="$work/$1" timeout 60 "$toolchain/swift" build --manifest-cache none --package-path "${2:-$work/package}"
}

# second TMPDIR [PATH]: what a build says while another one runs with the TMPDIR "one".
second() {
    rm -rf "$work/package/.build" "$work/begun" "$work/go"
    touch "$work/slow"
    build one > "$work/first.log" 2>&1 &
    local first=$!
    pids+=("$first")
    until_true test -e "$work/begun"
    rm "$work/slow"
    build "$@" > "$work/second.log" 2>&1 &
    local other=$!
    pids+=("$other")
    local said="neither"
    for _ in $(seq 300); do
        if grep -q "Another instance" "$work/second.log"; then said="waits"; break; fi
        if grep -q "Build complete" "$work/second.log"; then said="is complete before the first"; break; fi
        sleep 0.1
    done
    touch "$work/go"
    wait "$first" || said+=", the first failed"
    wait "$other" || said+=", the second failed"
    echo "$said"
}

second one > "$work/said"
expect "the same TMPDIR" "waits" "$(cat "$work/said")"
name=$(tr / _ <<< "$work/package/.build").lock
expect "the lock" "$name" "$(basename "$work/one/$name" && test -e "$work/one/$name")"
ln -s "$work/package" "$work/link"
second one "$work/link" > "$work/said"
expect "the same TMPDIR, by a link" "waits" "$(cat "$work/said")"
second two > "$work/said"
expect "another TMPDIR" "is complete before the first" "$(cat "$work/said")"
