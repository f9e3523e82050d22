/// Why a value could not be decoded, in two parts: "'point'" + ``place`` + " " + ``complaint``.
extension DecodingError {
    /// Where in the value the mistake is, such as `.corners[1].x`; empty for the value as a whole.
    ///
    /// It is the error's coding path, with indices in brackets.
    public var place: String {
        context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    }

    /// What is wrong there, in words that follow the name of the place: `must be a whole number from 0 to 255`.
    ///
    /// The words are JSON's, for a peer that knows no Swift, and hold nothing that the peer has sent.
    public var complaint: String {
        switch self {
        case .keyNotFound(let key, _): "lacks '\(key.stringValue)'"
        case .typeMismatch(let type, _), .valueNotFound(let type, _): "must be \(Self.words(for: type))"
        case .dataCorrupted: "has an impossible value"
        @unknown default: "does not fit"
        }
    }

    private var context: Context {
        switch self {
        case .keyNotFound(_, let context), .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            context
        @unknown default: Context(codingPath: [], debugDescription: "")
        }
    }

    /// The type in the words of JSON, for a client that knows no Swift.
    private static func words(for type: Any.Type) -> String {
        func range<Integer: FixedWidthInteger>(_ type: Integer.Type) -> String {
            "a whole number from \(Integer.min) to \(Integer.max)"
        }
        if let integer = type as? any FixedWidthInteger.Type { return range(integer) }
        return "of the type \(type)"
    }
}
