import DroverBytes
import DroverJSONReading
import DroverLineRPCMessages

/// Goes through the params of a call in the order in which a method declares its parameters.
///
/// It knows no types but those that it is asked for: a type made of a method's parameters would have to be looked up in
/// each call.
struct ParameterCursor: ~Copyable {
    private enum Form {
        /// None, or all have been seen.
        case absent
        /// An array, in which `scanner` stands before the next value.
        case positional
        /// An object, whose values lie in `places`.
        case named
        /// An object that is the one parameter itself.
        case whole
    }

    private var form = Form.absent
    private var scanner = JSONScanner(maximumDepth: JSONScanner.deepest)
    private var places: [Range<Int>?] = []
    private let parameters: ParameterNames
    private var position = 0
    private var isWhole = false

    /// Looks at `bytes`, which are the value of a call's `params`, or nothing.
    ///
    /// - Throws: `RPCError` with -32602 when they do not fit.
    init(_ bytes: RawSpan, _ parameters: ParameterNames) throws {
        self.parameters = parameters
        guard bytes.byteCount > 0 else { return }
        if bytes.byte(0) == UInt8(ascii: "[") {
            try scanner.open(.array)
            if try scanner.closes(bytes, UInt8(ascii: "]")) { return }
            if parameters.count == 0 { throw Self.unwanted }
            form = .positional
        } else if parameters.count == 0 {
            try scanner.open(.object)
            guard try scanner.closes(bytes, UInt8(ascii: "}")) else { throw Self.unwanted }
        } else if parameters.names.isEmpty {
            guard parameters.count == 1 else {
                throw RPCError.invalidParams(
                    "this method takes its \(parameters.count) params by position, in an array")
            }
            form = .whole
        } else {
            try findMembers(bytes)
            form = .named
        }
    }

    private static var unwanted: RPCError { .invalidParams("this method takes no params") }

    private mutating func findMembers(_ bytes: RawSpan) throws {
        let names = parameters.names
        places = [Range<Int>?](repeating: nil, count: names.count)
        try scanner.open(.object)
        if try scanner.closes(bytes, UInt8(ascii: "}")) { return }
        while true {
            scanner.skipSpace(bytes)
            let name = JSONCoding.text(try scanner.skipKey(bytes), in: bytes)
            guard let index = names.firstIndex(of: name) else {
                throw RPCError.invalidParams("there is no '\(name)'; there are \(names.joined(separator: ", "))")
            }
            if places[index] != nil { throw RPCError.invalidParams("'\(name)' is there twice") }
            places[index] = try scanner.skipValue(bytes)
            if try scanner.closes(bytes, UInt8(ascii: "}")) { return }
            try scanner.expect(UInt8(ascii: ","), bytes)
        }
    }

    /// The next parameter's argument; nil for an optional one that has none.
    ///
    /// - Throws: `RPCError` with -32602 when there is none that fits, or when one is left over behind the last.
    mutating func next<Param: Decodable>(_ type: Param.Type, _ bytes: RawSpan) throws -> Param {
        guard let place = try nextPlace(bytes) else { return try absent(type) }
        do {
            return try JSONCoding.decode(type, from: bytes.extracting(place))
        } catch let error as DecodingError {
            throw RPCError.invalidParams("\(name)\(error.place) \(error.complaint)")
        }
    }

    /// What stands for an argument that is not there: nil, for an optional one.
    // Apart, as a call whose arguments are all there would look up the optional type too.
    @inline(never)
    private func absent<Param>(_ type: Param.Type) throws -> Param {
        let optional = type as? any ExpressibleByNilLiteral.Type
        if let absent = optional.flatMap({ $0.init(nilLiteral: ()) as? Param }) { return absent }
        throw RPCError.invalidParams("\(name) is missing")
    }

    /// Where the next parameter's value lies; nil if it has none.
    private mutating func nextPlace(_ bytes: RawSpan) throws -> Range<Int>? {
        position += 1
        switch form {
        case .absent: return nil
        case .named: return places[position - 1]
        case .whole:
            form = .absent
            isWhole = true
            return 0..<bytes.byteCount
        case .positional:
            let value = try scanner.skipValue(bytes)
            if try scanner.closes(bytes, UInt8(ascii: "]")) {
                form = .absent
            } else {
                try scanner.expect(UInt8(ascii: ","), bytes)
                if position == parameters.count {
                    throw RPCError.invalidParams("there are more than \(parameters.count)")
                }
            }
            return value
        }
    }

    /// What to call the parameter that was asked for last.
    private var name: String {
        if isWhole { return "params" }
        let (index, names) = (position - 1, parameters.names)
        return index < names.count ? "'\(names[index])'" : parameters.count == 1 ? "params[0]" : "params[\(index)]"
    }
}
