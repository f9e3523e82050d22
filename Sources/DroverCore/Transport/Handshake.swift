/// What a step of a handshake has come to.
public enum HandshakeStep: Sendable {
    /// The handshake is complete; this is what it has settled.
    case complete(Handshake)
    /// Call again when the socket has input.
    case wantsInput
    /// Call again when the socket has room for output.
    case wantsOutput
    /// The peer does not speak the transport's language.
    ///
    /// A listener that recognises the peer's own by its beginning answers in that, in clear.
    case foreign(ForeignPeer)
}

/// What a handshake has settled.
public struct Handshake: Sendable, Equatable {
    /// Whether the bytes are secret on the way from here on.
    public var isEncrypted: Bool
    /// The protocol that was agreed on by name, such as ALPN's, RFC 7301; nil if that was left open.
    public var negotiatedProtocol: String?
    /// Whether the session has received all that had come, so that only ``InputNotes/atHand`` tells whether there is input.
    ///
    /// It saves a recv(2) that would find nothing.
    public var hasEmptiedSocket: Bool

    /// A handshake that has settled this; one that there was no need for has settled nothing.
    public init(isEncrypted: Bool = false, negotiatedProtocol: String? = nil, hasEmptiedSocket: Bool = false) {
        self.isEncrypted = isEncrypted
        self.negotiatedProtocol = negotiatedProtocol
        self.hasEmptiedSocket = hasEmptiedSocket
    }
}

/// A peer that does not speak the transport's language.
public struct ForeignPeer: Sendable, Equatable {
    /// What the peer has sent first, as far as it is known: a few bytes do.
    public var beginning: [UInt8]
    /// What is wrong in one line, such as `the peer does not speak TLS`.
    public var reason: String

    /// A peer that began with `beginning`.
    public init(beginning: [UInt8], reason: String) {
        self.beginning = beginning
        self.reason = reason
    }
}

/// What an orderly end still needs after a session's ``TransportSession/farewell()``.
public enum Farewell: Sendable, Equatable {
    /// Nothing: all is said, and the socket can be closed.
    case complete
    /// All is said, but it is news to the peer, such as the reason of a failure; a close at once could overtake it.
    ///
    /// What still comes is received for a while and thrown away.
    case wantsLinger
    /// It cannot be said yet: call again when the socket has input.
    case wantsInput
}

/// What has to be known of a session's input beside its bytes.
public struct InputNotes: OptionSet, Sendable {
    /// One bit for each note.
    public let rawValue: UInt8

    /// Notes by their bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The session may have input or an end at hand that the poller will not report again.
    ///
    /// Without it, receiving less than there was room for means that there is nothing more now.
    public static var atHand: InputNotes { InputNotes(rawValue: 1) }
    /// What was received last may be the repetition of what a listener on the way has recorded, as the handshake is not
    /// complete; RFC 8446 section 8.
    public static var mayBeRepeated: InputNotes { InputNotes(rawValue: 2) }
    /// The peer went without the farewell that the transport knows, so that what it said last may be missing.
    public static var endedEarly: InputNotes { InputNotes(rawValue: 4) }
}
