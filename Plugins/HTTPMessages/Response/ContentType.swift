/// What the bytes of a body are, RFC 9110 section 8.3.
///
/// A literal is taken as it stands, and costs nothing to send; any other text is checked when the response is sent.
public struct ContentType: Sendable, ExpressibleByStringLiteral {
    enum Spelling: Sendable {
        case literal(StaticString)
        case text(String)
    }

    let spelling: Spelling

    /// The type that `text` spells.
    public init(_ text: String) {
        spelling = .text(text)
    }

    /// The type that a literal spells.
    public init(stringLiteral text: StaticString) {
        spelling = .literal(text)
    }

    /// Plain text in UTF-8.
    public static var text: ContentType { "text/plain; charset=utf-8" }
    /// A page in UTF-8.
    public static var html: ContentType { "text/html; charset=utf-8" }
    /// JSON, RFC 8259.
    public static var json: ContentType { "application/json" }
    /// Bytes of which nothing is known.
    public static var bytes: ContentType { "application/octet-stream" }
}

extension ContentType: CustomStringConvertible, Equatable {
    /// The type as it travels.
    public var description: String {
        switch spelling {
        case .literal(let text): text.description
        case .text(let text): text
        }
    }

    /// Whether both are spelled the same.
    public static func == (left: ContentType, right: ContentType) -> Bool {
        left.description == right.description
    }

    /// How many bytes that is.
    var count: Int {
        switch spelling {
        case .literal(let text): text.utf8CodeUnitCount
        case .text(let text): text.utf8.count
        }
    }
}
