#!/usr/bin/env bash
# `swift test`: into a pipe or a file it prints nothing before the end, and a filter that matches nothing is a success.
#
# Expected: the lines of a test run come as the tests end, so the log of a run that CI has cut off says which test hung.
# `--filter` with a name that does not exist fails.
# Happens: where standard output is no terminal, what the tests print and what swift-testing says of them appears when
# the run is over, all at once. If SIGTERM ends `swift test` before (timeout(1), a CI job's limit), the log has nothing
# of it, and the test program goes on alone. On a terminal, as script(1) makes one, each line comes in time; also when
# the built test program is run itself. And with a filter that matches nothing the run ends with 0, after "warning: No
# matching test cases were run" to standard error.
# Version: Swift 6.3.1 on Linux, swift-testing of the toolchain.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
swift_6_3_1
export TMPDIR="$work"
package="$work/package"
mkdir -p "$package/Tests/TimeTests"
cat > "$package/Package.swift" <<'P'
// swift-tools-version: 6.2
import PackageDescription

let package = Package(name: "package", targets: [.testTarget(name: "TimeTests")])
P
# The second test waits until the first one's line was seen, ten seconds at most.
cat > "$package/Tests/TimeTests/TimeTests.swift" <<P
import Glibc
import Testing

@Suite(.serialized) struct TimeTests {
    @Test func first() { close(open("$work/ran", O_WRONLY | O_CREAT, 0o644)) }

    @Test func second() {
        for _ in 0..<100 where access("$work/seen", F_OK) != 0 { usleep(100_000) }
    }
}
P
cd "$package"
"$toolchain/swift" build --build-tests --disable-xctest > "$work/build" 2>&1 ||
    unknown "it does not build: $(grep -m 1 error: "$work/build")"
program=$(echo .build/debug/*.xctest)
run=("$toolchain/swift" test --skip-build --disable-xctest)

# in_time COMMAND...: whether the first test's line comes while the second one still runs.
in_time() {
    rm -f "$work/seen"
    "$@" 2>&1 < /dev/null | while read -r line; do
        case $line in
        *"first() passed"*) touch "$work/seen" ;;
        *"second() passed after "[0-3].*) echo "in time" ;;
        *"second() passed after "*) echo "at the end" ;;
        esac
    done
}

expect "swift test into a pipe" "at the end" "$(in_time "${run[@]}")"
expect "the test program into a pipe" "in time" "$(in_time "$program" --testing-library swift-testing)"
expect "swift test on a terminal" "in time" "$(in_time script -qec "${run[*]}" /dev/null)"
rm -f "$work/seen" "$work/ran"
timeout 6 "${run[@]}" > "$work/cut" 2>&1 && unknown "the run was not cut off"
test -e "$work/ran" || unknown "the first test did not run within six seconds"
lines=$(grep -c "first()" "$work/cut" || true)
left=$(pgrep -f -c "$package/.build" || true)
expect "a run that was cut off" "0 lines, 1 process goes on" "$lines lines, $left process goes on"
touch "$work/seen"
status=0
"${run[@]}" --filter NoSuchTest > "$work/none" 2> "$work/warning" || status=$?
expect "a filter that matches nothing" "status 0, warning: No matching test cases were run" \
    "status $status, $(grep warning: "$work/warning")"
