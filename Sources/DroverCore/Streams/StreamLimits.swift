/// How long a stream that we open may take for what it does.
public struct StreamLimits: Sendable, Equatable {
    /// For connecting and the transport's handshake together, of each address that a name has; looking up the name is not in it.
    public var connect: Duration
    /// For each wait for input.
    public var read: Duration
    /// For each wait for a peer that does not take what we send.
    public var write: Duration

    /// Limits; each is half a minute unless it is said otherwise, and zero is for ever.
    public init(
        connect: Duration = .seconds(30), read: Duration = .seconds(30), write: Duration = .seconds(30)
    ) {
        self.connect = connect
        self.read = read
        self.write = write
    }
}
