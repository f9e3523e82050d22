/// What makes a handler's response impossible to send; it becomes a 500, never a malformed message.
enum ResponseFault: Error, Equatable, CustomStringConvertible {
    /// A status that is not final or has no three digits.
    case status(Int)
    /// A field name that is no token.
    case fieldName(String)
    /// A trailer field that may stand only in a head.
    case trailer(String)
    /// A field value with a control character.
    case fieldValue(String)

    /// The mistake in one line.
    var description: String {
        switch self {
        case .status(let code): "a handler cannot answer with the status \(code)"
        case .fieldName(let name): "'\(name.debugDescription.dropFirst().dropLast())' is no name for a header field"
        case .trailer(let name): "the field '\(name)' cannot follow a body"
        case .fieldValue(let name): "the value of the header field '\(name)' has control characters"
        }
    }

    /// The first fault of `response`, if it has one.
    static func first(in response: Response) -> ResponseFault? {
        guard response.status.isFinal else { return .status(response.status.code) }
        return first(inHead: response)
    }

    /// The first fault of a response whose body is not in memory, if it has one.
    static func first(atLength response: Response) -> ResponseFault? {
        first(inStreamed: response) ?? first(inHead: response)
    }

    private static func first(inHead response: Response) -> ResponseFault? {
        if case .text(let type)? = response.contentType?.spelling, !isValue(type) { return .fieldValue("Content-Type") }
        // What was written beforehand was judged then.
        if response.fields.isEmpty || response.prepared != nil { return nil }
        return first(in: response.fields)
    }

    /// The first fault of `fields`, if they have one.
    static func first(in fields: HeaderFields) -> ResponseFault? {
        for field in fields {
            guard isToken(field.name) else { return .fieldName(field.name) }
            guard isValue(field.value) else { return .fieldValue(field.name) }
        }
        return nil
    }

    /// The first fault of fields that follow a body, if they have one.
    static func first(inTrailers fields: HeaderFields) -> ResponseFault? {
        first(in: fields) ?? forbidden(among: fields.map(\.name)).map { .trailer($0) }
    }

    private static func forbidden(among names: [String]) -> String? {
        names.first { TrailerRule($0.utf8Span.span.bytes) != .kept }
    }

    private static func first(inStreamed response: Response) -> ResponseFault? {
        switch response.body.content {
        case .takeover(let takeover):
            // 101 says that the protocol changes, and CONNECT's tunnel begins with any 2xx.
            let isRight = takeover.token == nil ? response.status.code / 100 == 2 : response.status.code == 101
            guard isRight else { return .status(response.status.code) }
            guard let token = takeover.token, !token.utf8.allSatisfy({ ByteClass.token.contains($0) || $0 == 0x2F })
            else { return nil }
            return .fieldValue("Upgrade")
        case .stream(let body):
            guard response.status.isFinal else { return .status(response.status.code) }
            if let name = body.trailerNames.first(where: { !isToken($0) }) { return .fieldName(name) }
            return forbidden(among: body.trailerNames).map { .trailer($0) }
        default:
            return response.status.isFinal ? nil : .status(response.status.code)
        }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { ByteClass.token.contains($0) }
    }

    /// Whether `text` can be a field's value, or is what one of octets reads like: no control character but the tab.
    private static func isValue(_ text: String) -> Bool {
        let bytes = text.utf8Span.span.bytes
        var offset = ByteScanning.firstControl(in: bytes, from: 0)
        while offset < bytes.byteCount {
            guard bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self) == 0x09 else { return false }
            offset = ByteScanning.firstControl(in: bytes, from: offset + 1)
        }
        return true
    }
}
