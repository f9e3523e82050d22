/// Why bytes are no JSON, RFC 8259, or more of it than is taken.
public enum JSONFault: Error, Equatable, Sendable {
    /// They end too early.
    case unfinished
    /// A byte that cannot stand where it is, at this offset.
    case unexpected(at: Int)
    /// A text that is not UTF-8, or escapes half of a surrogate pair, at this offset.
    case notText(at: Int)
    /// Something stands behind the value, at this offset.
    case trailing(at: Int)
    /// Arrays and objects lie deeper in each other than is allowed.
    case tooDeep(limit: Int)

    /// What is wrong, for the peer.
    public var reason: String {
        switch self {
        case .unfinished: "the text ends in the middle of a value"
        case .unexpected(let offset): "there is no JSON at byte \(offset)"
        case .notText(let offset): "the text at byte \(offset) is not UTF-8"
        case .trailing(let offset): "something follows the value at byte \(offset)"
        case .tooDeep(let limit): "arrays and objects lie more than \(limit) deep"
        }
    }
}
