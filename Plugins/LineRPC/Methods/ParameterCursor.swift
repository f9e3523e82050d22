import DroverBytes
import DroverLineRPCMessages

/// Goes through the params of a call in the order in which a method declares its parameters.
struct ParameterCursor {
    private enum Params {
        /// None, or all have been seen.
        case absent
        case positional(JSONScanner)
        case named([Range<Int>?])
        /// An object that is the one parameter itself.
        case whole
    }

    private var params: Params
    private let names: [String]
    private let count: Int
    private var position = 0
    private var isWhole = false

    /// Looks at `bytes`, which are the value of `params`, or nothing.
    init(_ bytes: RawSpan, names: [String], count: Int) throws {
        self.names = names
        self.count = count
        guard bytes.byteCount > 0 else {
            params = .absent
            return
        }
        var scanner = JSONScanner(maximumDepth: JSONScanner.deepest)
        if bytes.byte(0) == UInt8(ascii: "[") {
            try scanner.open(.array)
            params = try scanner.closes(bytes, UInt8(ascii: "]")) ? .absent : .positional(scanner)
        } else if count == 0 {
            try scanner.open(.object)
            guard try scanner.closes(bytes, UInt8(ascii: "}")) else { throw Self.unwanted }
            params = .absent
        } else if names.isEmpty {
            guard count == 1 else {
                throw RPCError.invalidParams("this method takes its \(count) params by position, in an array")
            }
            params = .whole
        } else {
            params = .named(try Self.members(bytes, &scanner, names))
        }
    }

    private static var unwanted: RPCError { .invalidParams("this method takes no params") }

    private static func members(
        _ bytes: RawSpan, _ scanner: inout JSONScanner, _ names: [String]
    ) throws -> [Range<Int>?] {
        var places = [Range<Int>?](repeating: nil, count: names.count)
        try scanner.open(.object)
        if try scanner.closes(bytes, UInt8(ascii: "}")) { return places }
        while true {
            scanner.skipSpace(bytes)
            let name = JSONCoding.text(try scanner.skipKey(bytes), in: bytes)
            guard let index = names.firstIndex(of: name) else {
                throw RPCError.invalidParams("there is no '\(name)'; there are \(names.joined(separator: ", "))")
            }
            if places[index] != nil { throw RPCError.invalidParams("'\(name)' is there twice") }
            places[index] = try scanner.skipValue(bytes)
            if try scanner.closes(bytes, UInt8(ascii: "}")) { return places }
            try scanner.expect(UInt8(ascii: ","), bytes)
        }
    }

    /// Where the next parameter's value lies; nil if it has none.
    mutating func next(_ bytes: RawSpan) throws -> Range<Int>? {
        defer { position += 1 }
        switch params {
        case .absent: return nil
        case .named(let places): return places[position]
        case .whole:
            params = .absent
            isWhole = true
            return 0..<bytes.byteCount
        case .positional(var scanner):
            let value = try scanner.skipValue(bytes)
            if try scanner.closes(bytes, UInt8(ascii: "]")) {
                params = .absent
            } else {
                try scanner.expect(UInt8(ascii: ","), bytes)
                params = .positional(scanner)
            }
            return value
        }
    }

    /// Sees to it that no value is left over.
    func expectEnd() throws {
        guard case .positional = params else { return }
        throw count == 0 ? Self.unwanted : RPCError.invalidParams("there are more than \(count)")
    }

    /// What to call the parameter that was asked for last.
    var name: String {
        if isWhole { return "params" }
        let index = position - 1
        return index < names.count ? "'\(names[index])'" : count == 1 ? "params[0]" : "params[\(index)]"
    }
}
