import DroverBytes

/// One header field.
///
/// A value is a row of octets without a character set, RFC 9110 section 5.5; nearly always it is ASCII. ``value`` is text made
/// of it, of which nothing is missing, and ``bytes`` are the octets themselves.
public struct HeaderField: Hashable, Sendable {
    /// The name, which means the same in any case.
    public var name: String
    /// The value as text: UTF-8, or where its octets are none ISO 8859-1, a character an octet.
    ///
    /// What is set is sent as UTF-8.
    public var value: String {
        didSet { octets = nil }
    }
    /// The octets of a value that is not UTF-8; nil for any other.
    private(set) var octets: [UInt8]?

    /// The field `name: value`.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The field called `name` whose value is `bytes`, in whatever character set.
    public init(_ name: String, bytes: [UInt8]) {
        self.init(name, octets: bytes.span.bytes)
    }

    /// The field called `name` whose value is `octets`.
    init(_ name: String, octets: RawSpan) {
        self.name = name
        if let text = String(validating: octets) {
            value = text
        } else {
            value = String(octets: octets)
            self.octets = [UInt8](copying: octets)
        }
    }

    /// The octets of the value, as they came or will be sent.
    public var bytes: [UInt8] {
        get { octets ?? Array(value.utf8) }
        set { self = HeaderField(name, bytes: newValue) }
    }

    /// Calls `body` with the octets of the value.
    func withBytes<R>(_ body: (RawSpan) -> R) -> R {
        if let octets { body(octets.span.bytes) } else { body(value.utf8Span.span.bytes) }
    }

    /// How many bytes its line in a head has.
    var lineByteCount: Int { name.utf8.count + (octets?.count ?? value.utf8.count) + 4 }
}

extension OutputRawSpan {
    /// Appends the line of `field`, with its end.
    @_lifetime(self: copy self)
    mutating func append(_ field: HeaderField) {
        append(utf8: field.name)
        append(": ")
        if let octets = field.octets { append(bytes: octets.span.bytes) } else { append(utf8: field.value) }
        append("\r\n")
    }
}
