/// Something that a line of the access log can say about a request.
public enum AccessAtom: Sendable, Equatable {
    /// The peer's address, without its port.
    case remote
    /// Always `-`: who the peer's own machine says it is, RFC 1413, which is not asked any more.
    case identity
    /// The name that the peer gave with a password.
    case user
    /// When the reply was complete.
    case time
    /// Method, target and version.
    case requestLine
    /// The request's method.
    case method
    /// The target's path.
    case path
    /// What stands behind the target's question mark.
    case query
    /// The protocol's name and version, `HTTP/1.1`.
    case version
    /// The reply's status as a number.
    case status
    /// Bytes of the reply's body: 0 when there is none, or `-`.
    case bytes, bytesOrDash
    /// The request's field Referer.
    case referer
    /// The request's field User-Agent.
    case userAgent
    /// How long it took from the request's first byte to the reply's last.
    case seconds, milliseconds, microseconds, decimalSeconds
    /// How long of that passed before the application was called.
    case queueMicroseconds
    /// The worker's process id; gunicorn has it in angle brackets.
    case process, processInBrackets
    /// The request's name in all logs.
    case requestID
    /// A field of the request's head or of the reply's, in lower case.
    case requestField(String), replyField(String)
    /// How the client's connection is kept secret.
    case security(TransportSecurity.Fact)
    /// A text that is the same for all requests of a worker.
    case constant(String)
}

/// A step of writing a line.
public enum AccessStep: Sendable, Equatable {
    /// A text as it stands.
    case text(String)
    /// What there is to say about the request.
    case atom(AccessAtom)
    /// The same as the member of an object.
    case member(String, AccessAtom)
}
