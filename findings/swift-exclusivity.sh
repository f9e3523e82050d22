#!/usr/bin/env bash
# Swift: `@exclusivity(unchecked)` spares a stored property the run-time check in its own module only; without it, one
# access of a kind decides what all others of the module pay.
#
# Expected: the attribute belongs to the property, so it holds wherever the property is accessed. Without the attribute
# each access to a class's property is checked that the compiler cannot see to overlap with no other.
# Happens, with -O and a whole module at a time:
#   * A client of the module, which accesses the property directly, calls swift_beginAccess for it all the same. That
#     costs more than time: an overlap that passes in the module aborts the program in the client ("Simultaneous
#     accesses"). An @inlinable method of the declaring module is spared in the client as well.
#   * A property without the attribute is free of checks as long as the module sees all accesses to it and none of them
#     can run unknown code. Loads, stores and `+= 1` of an internal property cost nothing. One mutating method that
#     calls a closure, or one append to an array, has each access to that property checked, reads as well.
#   * If a property and its class are `package` or `public`, the module does not see all accesses: `+= 1` is checked.
# So the attribute is of use for properties that are visible outside or changed by calls, and their module should offer
# methods for them.
# Version: Swift 6.3.1 on Linux, x86_64, without library evolution.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
swift_6_3_1

cat > "$work/Lib.swift" <<'P'
struct Item {
    var number = 0
    mutating func bump() { number += 1 }
    mutating func call(_ body: () -> Void) { number += 1; body() }
}

public final class Box {
    @exclusivity(unchecked) public var spared = 0
    package var wide = 0
    var own = 0
    var quiet = Item()
    var busy = Item()
    var stored: [Int] = []
    var appended: [Int] = []
    public init() {}
    @inlinable public func bumpSpared() { spared += 2 }
}

@inline(never) public func change(_ value: inout Int, while body: () -> Void) { value += 1; body() }
@inline(never) public func overlapInside(_ box: Box) { change(&box.spared) { box.spared += 1 } }

@inline(never) public func spared(_ box: Box) { box.spared += 1 }
@inline(never) public func wide(_ box: Box) { box.wide += 1 }
@inline(never) public func own(_ box: Box) { box.own += 1 }
@inline(never) public func quiet(_ box: Box) { box.quiet.bump() }
@inline(never) public func busyCall(_ box: Box, _ body: () -> Void) { box.busy.call(body) }
@inline(never) public func busyRead(_ box: Box) -> Int { box.busy.number }
@inline(never) public func storedSet(_ box: Box) { box.stored = [1] }
@inline(never) public func storedRead(_ box: Box) -> Int { box.stored.count }
@inline(never) public func appendedAppend(_ box: Box) { box.appended.append(1) }
@inline(never) public func appendedRead(_ box: Box) -> Int { box.appended.count }
P
cat > "$work/Client.swift" <<'P'
import Lib

@inline(never) func direct(_ box: Box) { box.spared += 1 }
@inline(never) func inlined(_ box: Box) { box.bumpSpared() }
@inline(never) func overlapOutside(_ box: Box) { change(&box.spared) { box.spared += 1 } }

@main struct Client {
    static func main() {
        let box = Box()
        direct(box)
        inlined(box)
        if CommandLine.arguments[1] == "inside" { overlapInside(box) } else { overlapOutside(box) }
        print(box.spared)
    }
}
P
compile -module-name Lib -emit-module -emit-module-path "$work/Lib.swiftmodule" -c -o "$work/Lib.o" "$work/Lib.swift"
compile -module-name Lib -emit-assembly -o "$work/Lib.s" "$work/Lib.swift"
compile -module-name Client -emit-assembly -o "$work/Client.s" "$work/Client.swift"
compile -module-name Client -o "$work/client" "$work/Client.swift" "$work/Lib.o"

# checks MODULE FUNCTION...: how often each calls swift_beginAccess.
checks() {
    local module=$1 result=()
    shift
    for function in "$@"; do
        result+=("$function $(awk -v label="^[$]s${#module}$module${#function}${function}y.*F:" '
            /^[^ \t.#].*:/ { inside = $0 ~ label; if (inside) seen = 1 }
            inside && /(call|jmp).*swift_beginAccess/ { count++ }
            END { print seen ? count + 0 : "missing" }' "$work/$module.s")")
    done
    echo "${result[*]}"
}

overlap() {
    SWIFT_BACKTRACE=enable=no "$work/client" "$1" 2>&1 | grep -o -e '^[0-9]*$' -e '^Simultaneous accesses' || true
}

expect "in the module" "spared 0" "$(checks Lib spared)"
expect "in a client" "direct 1 inlined 0" "$(checks Client direct inlined)"
expect "an overlap in the module" "5" "$(overlap inside)"
expect "the same overlap in a client" "Simultaneous accesses" "$(overlap outside)"
expect "visible to others" "own 0 wide 1" "$(checks Lib own wide)"
expect "methods" "quiet 0 busyCall 1 busyRead 1" "$(checks Lib quiet busyCall busyRead)"
expect "arrays" "storedSet 0 storedRead 0 appendedAppend 1 appendedRead 1" \
    "$(checks Lib storedSet storedRead appendedAppend appendedRead)"
