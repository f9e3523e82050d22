/// What makes a handler's response impossible to send; it becomes a 500, never a malformed message.
package enum ResponseFault: Error, Equatable, CustomStringConvertible {
    /// A status that is not final or has no three digits.
    case status(Int)
    /// A field name that is no token.
    case fieldName(String)
    /// A field value with a control character.
    case fieldValue(String)

    /// The mistake in one line.
    package var description: String {
        switch self {
        case .status(let code): "a handler cannot answer with the status \(code)"
        case .fieldName(let name): "'\(name.debugDescription.dropFirst().dropLast())' is no name for a header field"
        case .fieldValue(let name): "the value of the header field '\(name)' has control characters"
        }
    }

    /// The first fault of `response`, if it has one.
    package static func first(in response: Response) -> ResponseFault? {
        if response.prepared != nil { return nil }
        guard response.status.isFinal else { return .status(response.status.code) }
        if case .text(let type)? = response.contentType?.spelling, !isValue(type) { return .fieldValue("Content-Type") }
        for field in response.fields {
            guard isToken(field.name) else { return .fieldName(field.name) }
            guard isValue(field.value) else { return .fieldValue(field.name) }
        }
        return nil
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { ByteClass.token.contains($0) }
    }

    /// Whether `text` can be a field's value: no control character but the tab.
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
