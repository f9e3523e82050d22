/// The deadlines that the core keeps for every protocol.
public enum Deadline: String, Sendable, CustomStringConvertible {
    /// The making of a connection, of one that we open.
    case connect
    /// The transport's handshake, as a whole.
    case handshake
    /// The first byte after a connection was made.
    case firstByte = "first byte"
    /// The next request on a connection that has served one.
    case idle
    /// The rest of a message that has begun; within a request, each wait for input.
    case read
    /// Each wait for a peer that does not take what we send.
    case write
    /// A request as a whole.
    case request

    /// Its name, as the log has it.
    public var description: String { rawValue }
}
