#!/usr/bin/env bash
# Swift: `@_exported import struct Module.Type` re-exports that type, and every extension member of the module besides.
#
# Expected: of the module's names the clients see the one that is named, and nothing else.
# Happens: other types, protocols, functions and operators of the module are hidden, also by their full names. But each
# public member that the module adds to a type of another module (Int, Array) is visible wherever the re-exporting module is
# imported, just as with an import of the whole module. With MemberImportVisibility (SE-0444) it is no different, though
# that hides members of a module that was imported without @_exported, which otherwise leak as well.
# So a module whose extensions shall not reach the users of a framework has to be another module, or keep them internal.
# Version: Swift 6.3.1 on Linux, language mode 6.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
swift_6_3_1

cat > "$work/Base.swift" <<'P'
public struct Named { public init() {} }
public struct Other { public init() {} }
public protocol Trait {}
public func function() -> Int { 1 }
infix operator <+>: AdditionPrecedence
extension Named { public func member() {} }
extension Int {
    public var onInt: Int { 2 }
    public static func <+> (left: Int, right: Int) -> Int { left + right }
}
extension Array where Element == UInt8 { public func onBytes() -> Int { 3 } }
P
echo "@_exported public import struct Base.Named" > "$work/Exporting.swift"
printf 'import struct Base.Named\npublic func use() { _ = Named() }\n' > "$work/Importing.swift"
module() { compile -module-name "$1" -emit-module -emit-module-path "$work/$1.swiftmodule" "${@:2}" "$work/$1.swift"; }
module Base
module Exporting
module Importing

# visible MODULE FLAG...: what a client sees that imports the module.
visible() {
    local names=()
    while read -r name use; do
        printf 'import %s\nfunc client() { _ = %s }\n' "$1" "$use" > "$work/client.swift"
        if "$toolchain/swiftc" -typecheck -parse-as-library -swift-version 6 -I "$work" "${@:2}" "$work/client.swift" \
            > "$work/typecheck" 2>&1; then names+=("$name"); fi
    done << 'U'
Named Named()
member { (n: Named) in n.member() }
Other Other()
Base.Other Base.Other()
Trait (any Trait).self
function function()
<+> 1 <+> 1
onInt 1.onInt
onBytes [UInt8]().onBytes()
U
    echo "${names[*]}"
}

strict=(-enable-upcoming-feature MemberImportVisibility)
expect "the whole module" "Named member Other Base.Other Trait function <+> onInt onBytes" "$(visible Base)"
expect "exports one type" "Named member onInt onBytes" "$(visible Exporting)"
expect "exports one type, MemberImportVisibility" "Named member onInt onBytes" "$(visible Exporting "${strict[@]}")"
expect "imports one type" "onInt onBytes" "$(visible Importing)"
expect "imports one type, MemberImportVisibility" "" "$(visible Importing "${strict[@]}")"
