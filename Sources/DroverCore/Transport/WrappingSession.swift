public import DroverSystem

/// A session that hands on to another one whatever it does not define itself.
///
/// It forwards one thing, `wrapped`, which may change while the handshake is not complete: a session that finds out what
/// the peer speaks begins with one and goes on with another.
public protocol WrappingSession: TransportSession {
    /// The session that does the rest.
    var wrapped: any TransportSession { get }
}

extension WrappingSession {
    /// The wrapped session's.
    public var socket: StreamSocket { _read { yield wrapped.socket } }
    /// The wrapped session's step.
    public func handshake() throws -> HandshakeStep { try wrapped.handshake() }
    /// Receives from the wrapped session.
    public func receive(into space: inout OutputRawSpan) -> TransferResult { wrapped.receive(into: &space) }
    /// Sends by the wrapped session.
    public func send(_ first: RawSpan, _ second: RawSpan) -> TransferResult { wrapped.send(first, second) }
    /// Sends by the wrapped session.
    public func send(_ first: RawSpan, _ part: FilePart) -> TransferResult { wrapped.send(first, part) }
    /// The wrapped session's.
    public func farewell() -> Farewell { wrapped.farewell() }
    /// Throws away what has come by the wrapped session.
    public func discard(through scratch: inout OutputRawSpan) -> TransferResult { wrapped.discard(through: &scratch) }
    /// Closes the wrapped session.
    public func close() { wrapped.close() }
    /// The wrapped session's.
    public var inputNotes: InputNotes { wrapped.inputNotes }
    /// The wrapped session's.
    public var failure: String? { wrapped.failure }
    /// The wrapped session's.
    public var security: TransportSecurity? { wrapped.security }
}
