public import DroverSystem

/// A transport at work on one socket, at either end of a connection.
///
/// A session must say how it receives and sends; all else has a default that is right for bytes without an envelope. No
/// call ever waits: would-block and end-of-stream are values. One task at a time uses it.
public protocol TransportSession: AnyObject {
    /// The socket, which is closed when the session is closed or goes away.
    ///
    /// A stored `let` does. The caller polls it, looks at what waits before the handshake, and ends its directions.
    var socket: StreamSocket { get }

    /// Goes one step further with what has arrived; a session without this has no handshake.
    ///
    /// One that has failed fails the same way when it is called again.
    ///
    /// - Throws: Why the peer cannot be served, in one line.
    func handshake() throws -> HandshakeStep

    /// Appends what was received to `space`, which has room for some bytes.
    ///
    /// - Returns: `.bytes` with the number of appended bytes, which is never 0.
    func receive(into space: inout OutputRawSpan) -> TransferResult

    /// Sends `first` and then `second`, as much as goes; either may be empty.
    ///
    /// A session that has to send what it has begun with, such as the rest of a record, says `.wouldBlock` until that is
    /// sent: it is called again, when the socket has room, with the same bytes and perhaps more behind them.
    ///
    /// - Returns: `.bytes` with how many of them the socket has; the session keeps none back.
    func send(_ first: RawSpan, _ second: RawSpan) -> TransferResult

    /// Sends `first` and then a part of a file, as much as goes.
    ///
    /// A session that leaves it out has the file read and sent piece by piece, as one must that has to see the bytes.
    ///
    /// - Returns: `.bytes` with how many of both the socket has; `.endOfStream` when the file ends before.
    func send(_ first: RawSpan, _ part: FilePart) -> TransferResult

    /// Says that nothing more will be sent, as far as that can be said now; a session without this has nothing to say.
    ///
    /// A connection that is cut off, so that an orderly end would be untrue, is closed without; after a failure of its own
    /// the session says nothing. Once it is complete it is not called again, nothing is sent, and nothing that comes counts.
    func farewell() -> Farewell

    /// Takes what the peer has sent after the farewell and throws it away, as much as `scratch` has room for.
    ///
    /// A session that leaves it out has the socket do that, without a look at the bytes.
    func discard(through scratch: inout OutputRawSpan) -> TransferResult

    /// Closes the socket, and lets go of what else the session holds.
    func close()

    /// What has to be known of the input beside its bytes; asked after each call that receives.
    var inputNotes: InputNotes { get }

    /// Why nothing can be received or sent any more, in a few words; nil where errno(3) says it all.
    var failure: String? { get }

    /// How the bytes are kept secret and from whom they come, once the handshake is complete; nil for no such thing.
    var security: TransportSecurity? { get }
}

extension TransportSession {
    /// There is no handshake.
    public func handshake() throws -> HandshakeStep { .complete(Handshake()) }

    /// Reads a piece of the file and sends it.
    public func send(_ first: RawSpan, _ part: FilePart) -> TransferResult {
        part.withBytes(atMost: filePieceSize) { piece, result in
            // What stands before the file is sent whatever has become of that.
            if case .bytes = result { return send(first, piece) }
            return first.isEmpty ? result : send(first, piece)
        }
    }

    /// There is nothing to say: the peer receives the end of the stream.
    public func farewell() -> Farewell { .complete }

    /// Lets the socket throw away what has come.
    public func discard(through scratch: inout OutputRawSpan) -> TransferResult { socket.discard(through: &scratch) }

    /// Closes the socket.
    public func close() { socket.close() }

    /// There is nothing to note where bytes pass through.
    public var inputNotes: InputNotes { [] }

    /// The number says it all.
    public var failure: String? { nil }

    /// The bytes travel as they are.
    public var security: TransportSecurity? { nil }
}

// What one record of the usual envelopes holds.
private let filePieceSize = 16_384
