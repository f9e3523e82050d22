/// What becomes of a field that comes behind a body, where RFC 9110 section 6.5.1 has no place for many.
enum TrailerRule: Equatable {
    /// A handler sees it, apart from the head's fields.
    case kept
    /// The field describes or asks for what is over by now; no handler sees it.
    case dropped
    /// A server that took it for a field of the head would read another message, for another place or from another
    /// client.
    case refused

    init(_ name: RawSpan) {
        switch name.byteCount {
        case 2 where FoldedBytes.equal(name, "te"): self = .dropped
        case 4 where FoldedBytes.equal(name, "host"): self = .refused
        case 6 where FoldedBytes.equal(name, "cookie"): self = .refused
        case 6 where FoldedBytes.equal(name, "expect"): self = .dropped
        case 7 where FoldedBytes.equal(name, "upgrade"): self = .refused
        case 7 where FoldedBytes.equal(name, "trailer"): self = .dropped
        case 10 where FoldedBytes.equal(name, "connection"): self = .refused
        case 10 where FoldedBytes.equal(name, "set-cookie"): self = .dropped
        case 12 where FoldedBytes.equal(name, "content-type"): self = .dropped
        case 13 where FoldedBytes.equal(name, "authorization"): self = .refused
        case 13 where FoldedBytes.equal(name, "content-range"): self = .dropped
        case 14 where FoldedBytes.equal(name, "content-length"): self = .refused
        case 16 where FoldedBytes.equal(name, "content-encoding"): self = .dropped
        case 17 where FoldedBytes.equal(name, "transfer-encoding"): self = .refused
        case 19 where FoldedBytes.equal(name, "proxy-authorization"): self = .refused
        default: self = ForwardedField(name) == nil ? .kept : .refused
        }
    }
}
