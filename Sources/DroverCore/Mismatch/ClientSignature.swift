/// How the clients of a protocol or a transport are known by what they send first, and how to talk to them.
///
/// A client that takes a port for another one usually gets silence, or an answer in a language that it does not know. A
/// protocol that offers a signature has its lost clients told so in their own language by each other listener of the
/// server.
public struct ClientSignature: Sendable {
    /// Whether some bytes are the first of such a client's.
    public enum Likeness: Sendable {
        /// Certainly enough to answer.
        case yes
        /// Certainly not.
        case no
        /// There are too few to say.
        case undecided
    }

    /// What such a client speaks, for people: `HTTP`.
    public let name: String
    /// Looks at the first bytes that a client has sent.
    public let likeness: @Sendable (RawSpan) -> Likeness
    /// What such a client is sent before its connection ends; the argument says what is spoken where it has come to.
    public let refusal: @Sendable (_ spoken: String) -> [UInt8]

    /// A signature.
    public init(
        _ name: String, likeness: @escaping @Sendable (RawSpan) -> Likeness,
        refusal: @escaping @Sendable (_ spoken: String) -> [UInt8]
    ) {
        self.name = name
        self.likeness = likeness
        self.refusal = refusal
    }
}
