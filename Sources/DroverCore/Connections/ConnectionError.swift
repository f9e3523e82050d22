public import DroverSystem

/// Why a connection cannot go on. None of these is the server's fault; none is logged above info.
public enum ConnectionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A deadline passed.
    case timedOut(Deadline)
    /// The peer broke the connection; the system call tells how.
    case reset(SystemError)
    /// The peer sent more than a message may have, in bytes, before it was complete.
    case messageTooLong(limit: Int)
    /// The peer ended in the middle of something.
    case endOfStream
    /// The transport's handshake failed.
    case handshake(String)

    public var description: String {
        switch self {
        case .timedOut(let deadline): "the \(deadline) deadline passed"
        case .reset(let error): "the peer broke the connection (\(error))"
        case .messageTooLong(let limit): "the peer sent a message of more than \(limit) bytes"
        case .endOfStream: "the peer ended in the middle of a message"
        case .handshake(let reason): "the handshake failed: \(reason)"
        }
    }
}
