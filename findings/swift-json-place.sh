#!/usr/bin/env bash
# Foundation's JSONDecoder: a number that does not fit has no place, and is reported as broken syntax.
#
# Expected: whatever does not fit a type is a DecodingError whose codingPath leads to the value, as the documentation of
# DecodingError.Context says ("the path of coding keys taken to get to the point of the failing decode call"), and an
# init(from:) can catch it as one.
# Happens, of {"rows": [{"n": VALUE}]} for a UInt8:
#   "x"    typeMismatch    rows/0/n
#   null   valueNotFound   rows/0/n
#   300    dataCorrupted   no path; "The given data was not valid JSON."
#   1.5    dataCorrupted   no path, the same words
# And inside the init(from:) around the number, `catch let error as DecodingError` catches the first two and neither of
# the others: what is thrown there is FoundationEssentials' own JSONError, and a DecodingError is made of it at the top.
# So a server cannot tell a number out of range from text that is no JSON, and cannot say where it stands.
# Versions: Swift 6.3.1 on Linux, FoundationEssentials, with its own toolchain: $SWIFT, /opt/swift or PATH.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
swift_6_3_1

cat > "$work/place.swift" <<'P'
import FoundationEssentials

nonisolated(unsafe) var caughtInside = "not caught inside"

struct Cell: Decodable {
    enum Keys: CodingKey { case n }

    init(from decoder: any Decoder) throws {
        do {
            _ = try decoder.container(keyedBy: Keys.self).decode(UInt8.self, forKey: .n)
        } catch let error as DecodingError {
            caughtInside = "caught inside"
            throw error
        }
    }
}

struct Table: Decodable { let rows: [Cell] }

func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/")
    return path.isEmpty ? "no path, \"\(context.debugDescription)\"" : path
}

let value = CommandLine.arguments[1]
do {
    _ = try JSONDecoder().decode(Table.self, from: Data(#"{"rows": [{"n": \#(value)}]}"#.utf8))
    print("fits")
} catch DecodingError.typeMismatch(_, let context) {
    print("typeMismatch, \(place(context)), \(caughtInside)")
} catch DecodingError.valueNotFound(_, let context) {
    print("valueNotFound, \(place(context)), \(caughtInside)")
} catch DecodingError.dataCorrupted(let context) {
    print("dataCorrupted, \(place(context)), \(caughtInside)")
} catch {
    print("\(type(of: error))")
}
P
"$toolchain/swiftc" -swift-version 6 -o "$work/place" "$work/place.swift" > "$work/compile" 2>&1 ||
    unknown "it does not compile: $(tail -n 1 "$work/compile")"

syntax='dataCorrupted, no path, "The given data was not valid JSON.", not caught inside'
expect 7 "fits" "$("$work/place" 7)"
expect '"x"' "typeMismatch, rows/0/n, caught inside" "$("$work/place" '"x"')"
expect null "valueNotFound, rows/0/n, caught inside" "$("$work/place" null)"
expect 300 "$syntax" "$("$work/place" 300)"
expect 1.5 "$syntax" "$("$work/place" 1.5)"
