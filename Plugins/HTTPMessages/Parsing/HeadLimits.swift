/// How large the parts of a request may be.
public struct HeadLimits: Sendable, Equatable {
    /// Bytes of the request line without its end; more is a 414.
    public var requestLine = 8_190
    /// Number of header fields; more is a 431.
    public var fields = 100
    /// Bytes of one field, name and value without the line's end; more is a 431.
    public var fieldSize = 8_190
    /// Bytes of the whole head; more is a 431.
    public var head = 65_536
    /// Bytes of the body; more is a 413.
    public var body = 100 << 20

    /// The defaults.
    public init() {}

    /// Bytes that a connection may hold unread: a byte more than a head may have, so that its excess is seen.
    public var inputBuffer: Int { max(head, 65_535) + 1 }
}
