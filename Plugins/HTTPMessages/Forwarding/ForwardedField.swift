/// The fields in which a proxy says what it was asked, and by whom.
enum ForwardedField: Sendable {
    /// `Forwarded`, RFC 7239.
    case forwarded
    /// `X-Forwarded-For`: addresses, the last added by the peer.
    case addresses
    /// `X-Forwarded-Proto`: schemes, likewise.
    case scheme
    /// `X-Forwarded-Host`: what Host was, likewise.
    case host

    /// The field called `name`; nil if it is none of these.
    init?(_ name: RawSpan) {
        switch name.byteCount {
        case 9 where FoldedBytes.equal(name, "forwarded"): self = .forwarded
        case 15 where FoldedBytes.equal(name, "x-forwarded-for"): self = .addresses
        case 16 where FoldedBytes.equal(name, "x-forwarded-host"): self = .host
        case 17 where FoldedBytes.equal(name, "x-forwarded-proto"): self = .scheme
        default: return nil
        }
    }
}
