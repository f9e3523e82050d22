internal import DroverSystem
package import Logging

/// Why a connection cannot go on.
///
/// None of these is the server's fault; none is logged above info. Small on purpose: every waiting task keeps room
/// for one.
public enum ConnectionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A deadline passed.
    case timedOut(Deadline)
    /// The peer broke the connection; errno(3) tells how.
    case reset(code: Int32)
    /// What the peer sent breaks the transport's rules.
    case broken(String)
    /// The peer sent more than a message may have, in bytes, before it was complete.
    case messageTooLong(limit: Int)
    /// The peer ended in the middle of something.
    case endOfStream
    /// A proxy's header is missing where it must be, or malformed.
    case proxyHeader(String)
    /// The transport's handshake failed.
    case handshake(String)
    /// The task was cancelled while it waited for a stream that we have opened.
    case cancelled
    /// It happened on a stream that we have opened to another server, a ``ClientStream``; nothing is wrong with the
    /// connection that is served meanwhile.
    indirect case upstream(ConnectionError)

    /// What happened, for a log line.
    public var description: String {
        switch self {
        case .timedOut(let deadline): "the \(deadline) deadline passed"
        case .reset(let code): "the peer broke the connection (\(SystemError("", code).reason))"
        case .broken(let reason): "the peer broke the connection: \(reason)"
        case .messageTooLong(let limit): "the peer sent a message of more than \(limit) bytes"
        case .endOfStream: "the peer ended in the middle of a message"
        case .proxyHeader(let reason): "PROXY header: \(reason)"
        case .handshake(let reason): "the handshake failed: \(reason)"
        case .cancelled: "the task was cancelled"
        case .upstream(let error): "upstream: \(error)"
        }
    }
}

extension ConnectionError {
    /// Whether it happened on another stream than the connection that is served.
    public var isUpstream: Bool {
        if case .upstream = self { true } else { false }
    }

    /// How loud the log is about it: clients come and go as they like, but a proxy is an operator's configuration.
    package var logLevel: Logger.Level {
        if case .proxyHeader = self { .info } else { .debug }
    }
}
