/// The version of HTTP that a message was written in.
public enum HTTPVersion: UInt8, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// HTTP/1.0, one request a connection unless both sides ask for more.
    case http10
    /// HTTP/1.1, persistent connections; RFC 9112.
    case http11

    /// Whether `left` is the older version.
    public static func < (left: HTTPVersion, right: HTTPVersion) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The version as it travels: `HTTP/1.1`.
    public var description: String {
        switch self {
        case .http10: "HTTP/1.0"
        case .http11: "HTTP/1.1"
        }
    }
}
