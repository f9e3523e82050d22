public import DroverSystem

/// How bytes travel between a socket and a connection: plain, or wrapped in something.
///
/// One value serves a listener; each accepted socket gets a session of its own.
public protocol Transport: Sendable {
    /// Takes over a socket that was just accepted. Must not block and must not do input or output yet.
    func open(_ socket: consuming StreamSocket) -> any TransportSession
}

/// What a step of a handshake needs next.
public enum HandshakeStep: Sendable {
    /// The handshake is complete.
    case done
    /// Call again when the socket has input.
    case wantsInput
    /// Call again when the socket has room for output.
    case wantsOutput
}

/// A transport at work on one socket.
///
/// No call ever blocks; would-block and end-of-stream are values. It owns the socket, which is closed when the session
/// is closed or goes away. One task at a time uses it.
public protocol TransportSession: AnyObject {
    /// The socket's number, for the poller.
    var descriptor: Int32 { get }
    /// Whether nobody on the way can read the bytes.
    var isEncrypted: Bool { get }
    /// Goes one step further with what has arrived.
    ///
    /// - Throws: Why the peer cannot be served, in one line.
    func handshake() throws -> HandshakeStep
    /// Receives into `buffer`.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult
    /// Sends `first` and then `second`, as much as goes; either may be empty.
    func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> TransferResult
    /// Sends `bytes`, as much as goes; more follows at once, so they may wait for its company.
    ///
    /// A transport for which that makes no difference leaves it out.
    func sendBeginning(_ bytes: UnsafeRawBufferPointer) -> TransferResult
    /// Sends a part of an open file.
    ///
    /// A transport that leaves it out has the file read and sent piece by piece.
    func send(file: Int32, offset: Int64, count: Int) -> TransferResult
    /// Says that nothing more will be sent.
    func endSending()
    /// Closes the socket.
    func close()
}

extension TransportSession {
    /// Bytes travel as they are unless a transport says otherwise.
    public var isEncrypted: Bool { false }
}
