/// Why bytes are not the MessagePack that was wanted; `at` counts from the first byte that was looked at.
public enum MessagePackFault: Error, Equatable, Sendable {
    /// The bytes end within a value.
    case truncated(at: Int)
    /// The byte 0xC1 stands for nothing.
    case reserved(at: Int)
    /// A text is not UTF-8.
    case invalidText(at: Int)
    /// An extension of type -1 is no moment.
    case invalidTimestamp(at: Int)
    /// There is a value of another kind.
    case unexpected(found: String, wanted: String, at: Int)
    /// A whole number does not fit.
    case outOfRange(wanted: String, at: Int)
    /// There is more behind the value.
    case trailing(count: Int, at: Int)
    /// Values lie in each other deeper than was allowed.
    case tooDeep(limit: Int, at: Int)
    /// A value is longer than was allowed, or will be.
    case tooLong(limit: Int)
}

extension MessagePackFault: CustomStringConvertible {
    /// The fault in one line.
    public var description: String {
        switch self {
        case .truncated(let at): "the bytes end within a value, at \(at)"
        case .reserved(let at): "the byte 0xC1 means nothing, at \(at)"
        case .invalidText(let at): "a text is not UTF-8, at \(at)"
        case .invalidTimestamp(let at): "an extension of type -1 is no timestamp, at \(at)"
        case .unexpected(let found, let wanted, let at): "\(found) instead of \(wanted), at \(at)"
        case .outOfRange(let wanted, let at): "the number does not fit \(wanted), at \(at)"
        case .trailing(let count, let at): "\(count) more bytes behind the value, at \(at)"
        case .tooDeep(let limit, let at): "values lie more than \(limit) deep in each other, at \(at)"
        case .tooLong(let limit): "a value is longer than \(limit) bytes"
        }
    }
}
