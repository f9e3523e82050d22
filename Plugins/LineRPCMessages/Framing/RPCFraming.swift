/// How messages are told apart in the stream.
public enum RPCFraming: String, Sendable, CaseIterable {
    /// Each ends with a line feed.
    case line
    /// Each has a header with its length, as language servers use it.
    case header
}
