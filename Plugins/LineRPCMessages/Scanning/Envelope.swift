internal import DroverBytes

/// Where the parts of a JSON-RPC 2.0 message lie: a call, a notification or a reply.
public struct Envelope: Sendable {
    /// The value of `jsonrpc`.
    private var version: Range<Int>?
    /// The value of `method`, quotes and all.
    private var methodValue: Range<Int>?
    /// The name in `method`, if that is a text.
    public private(set) var method: JSONTextRange?
    /// The value of `params`.
    public private(set) var params: Range<Int>?
    /// The value of `id`; nil in a notification.
    public private(set) var id: Range<Int>?
    /// The value of `result`.
    public private(set) var result: Range<Int>?
    /// The value of `error`.
    public private(set) var error: Range<Int>?
    /// Whether the message is an object at all.
    private var isObject = true
    private var repeated: String?

    /// Finds the parts of the message that begins where `scanner` stands, and goes past it.
    ///
    /// Anything that is JSON will do; ``requestFault(_:)`` says what is wrong with it as a request.
    public init(_ bytes: RawSpan, _ scanner: inout JSONScanner) throws(JSONFault) {
        scanner.skipSpace(bytes)
        guard try scanner.next(bytes) == UInt8(ascii: "{") else {
            isObject = false
            try scanner.skipValue(bytes)
            return
        }
        try scanner.open(.object)
        if try scanner.closes(bytes, UInt8(ascii: "}")) { return }
        while true {
            scanner.skipSpace(bytes)
            let key = try scanner.skipKey(bytes)
            try take(key, bytes, &scanner)
            if try scanner.closes(bytes, UInt8(ascii: "}")) { return }
            try scanner.expect(UInt8(ascii: ","), bytes)
        }
    }

    private mutating func take(
        _ key: JSONTextRange, _ bytes: RawSpan, _ scanner: inout JSONScanner
    ) throws(JSONFault) {
        scanner.skipSpace(bytes)
        let isText = try scanner.next(bytes) == UInt8(ascii: "\"")
        var repetition: String?
        var text: JSONTextRange?
        let value: Range<Int>
        if isText {
            let start = scanner.offset
            text = try scanner.skipText(bytes)
            value = start..<scanner.offset
        } else {
            value = try scanner.skipValue(bytes)
        }
        switch name(of: key, bytes) {
        case .version: keep(value, &version, "jsonrpc")
        case .method:
            keep(value, &methodValue, "method")
            method = text
        case .params: keep(value, &params, "params")
        case .id: keep(value, &id, "id")
        case .result: keep(value, &result, "result")
        case .error: keep(value, &error, "error")
        case nil: break
        }

        /// Keeps the last of several, as decoders do, and remembers that there were.
        func keep(_ value: Range<Int>, _ place: inout Range<Int>?, _ name: String) {
            if place != nil { repetition = name }
            place = value
        }
        if let repetition { repeated = repetition }
    }

    private enum Name {
        case version, method, params, id, result, error
    }

    private func name(of key: JSONTextRange, _ bytes: RawSpan) -> Name? {
        if key.hasEscapes {
            switch JSONCoding.text(key, in: bytes) {
            case "jsonrpc": return .version
            case "method": return .method
            case "params": return .params
            case "id": return .id
            case "result": return .result
            case "error": return .error
            default: return nil
            }
        }
        switch key.range.count {
        case 2: return bytes.holds("id", in: key.range) ? .id : nil
        case 5: return bytes.holds("error", in: key.range) ? .error : nil
        case 7: return bytes.holds("jsonrpc", in: key.range) ? .version : nil
        case 6:
            if bytes.holds("method", in: key.range) { return .method }
            if bytes.holds("params", in: key.range) { return .params }
            return bytes.holds("result", in: key.range) ? .result : nil
        default: return nil
        }
    }

    // MARK: What it is

    /// Whether it answers something, so that it must not be answered itself.
    public var isReply: Bool { isObject && methodValue == nil && (result != nil || error != nil) }

    /// The id if it is one that a reply can bear.
    public func answerableID(_ bytes: RawSpan) -> Range<Int>? {
        guard let id else { return nil }
        switch bytes.byte(id.lowerBound) {
        case UInt8(ascii: "\""), UInt8(ascii: "n"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return id
        default: return nil
        }
    }

    /// What keeps it from being a request, for the peer; nil if it is one.
    public func requestFault(_ bytes: RawSpan) -> String? {
        guard isObject else { return "a request is an object" }
        if let repeated { return "the member '\(repeated)' is there twice" }
        guard let version else { return "the member 'jsonrpc' is missing; it must be \"2.0\"" }
        if !bytes.holds("\"2.0\"", in: version) { return "the member 'jsonrpc' must be \"2.0\"" }
        guard methodValue != nil else { return "the member 'method' is missing" }
        if method == nil { return "the member 'method' must be a text" }
        if id != nil, answerableID(bytes) == nil { return "the member 'id' must be a text, a number or null" }
        guard let params else { return nil }
        let bracket = bytes.byte(params.lowerBound)
        if bracket == UInt8(ascii: "[") || bracket == UInt8(ascii: "{") { return nil }
        return "the member 'params' must be an array or an object"
    }
}
