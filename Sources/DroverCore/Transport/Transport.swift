public import DroverSystem

/// How bytes travel between a socket and a connection: plain, or wrapped in something.
///
/// One value serves a listener; each accepted socket gets a session of its own.
public protocol Transport: Sendable {
    /// Takes over a socket that was just accepted. Must not block and must not do input or output yet.
    func open(_ socket: consuming StreamSocket) -> any TransportSession
    /// What it has to do in the arbiter; most have nothing.
    var upkeep: (any TransportUpkeep)? { get }
    /// Mistakes in what the transport was made of that do not keep it from working; `check-config` shows them.
    var warnings: [SettingsIssue] { get }
}

extension Transport {
    /// Most transports have nothing to do there.
    public var upkeep: (any TransportUpkeep)? { nil }
    /// Most transports have no such mistakes: they work, or cannot be made.
    public var warnings: [SettingsIssue] { [] }
}

/// What a step of a handshake needs next.
public enum HandshakeStep: Sendable {
    /// The handshake is complete.
    case done
    /// The handshake is complete, and has taken all that had come; `holdsInput` tells what it keeps.
    case doneWithInput
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
    /// How it keeps them secret, once the handshake is complete.
    var security: TransportSecurity? { get }
    /// The protocol that the peer has chosen by name, once the handshake is complete; nil if it left that open.
    var negotiatedProtocol: String? { get }
    /// Whether it may have input or an end at hand that the poller will not report again.
    ///
    /// A short receive means that there is nothing, unless this says otherwise.
    var holdsInput: Bool { get }
    /// Whether the peer went without the farewell that the transport knows, so that what it said last may be missing.
    var endedEarly: Bool { get }
    /// Why nothing can be received or sent any more, where the transport knows better than an errno(3).
    var failure: String? { get }
    /// What a peer has sent first that does not speak this transport's language, as far as it is known; else nothing.
    var strangeBeginning: [UInt8] { get }
    /// Sends `bytes` as they are to a peer with a ``strangeBeginning``, as far as they go at once.
    func sendInClear(_ bytes: [UInt8])
    /// Goes one step further with what has arrived.
    ///
    /// - Throws: Why the peer cannot be served, in one line.
    func handshake() throws -> HandshakeStep
    /// Receives into `buffer`.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult
    /// Receives input that will not be used, with `buffer` to receive it into if there is no cheaper way.
    ///
    /// It is called after `endSending()`. A transport that does not define it receives such input like any other.
    func discard(through buffer: UnsafeMutableRawBufferPointer) -> TransferResult
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
    /// Whether a close at once would cost the peer the last words: a farewell that cannot be said yet, or the reason of a
    /// failure. After `endSending()` whatever still comes is received for a while, and thrown away.
    var endsSlowly: Bool { get }
    /// Says that nothing more will be sent, as soon as that can be said; what is received from now on nobody reads.
    func endSending()
    /// Whether what was received last may be a repetition by somebody who has listened, as the handshake is not complete.
    var mayBeRepeated: Bool { get }
    /// Closes the socket, with a farewell if the transport knows one.
    func close()
    /// Makes sure that the end reaches the peer as a reset, and not as a farewell, once the session is closed.
    func abort()
}

extension TransportSession {
    /// Bytes travel as they are unless a transport says otherwise.
    public var isEncrypted: Bool { false }
    /// There is nothing to say about bytes that travel as they are.
    public var security: TransportSecurity? { nil }
    /// Bytes that travel as they are leave it to the listener.
    public var negotiatedProtocol: String? { nil }
    /// A transport that keeps nothing back has nothing at hand.
    public var holdsInput: Bool { false }
    /// Without a farewell none can be missing.
    public var endedEarly: Bool { false }
    /// The number says it all unless a transport knows more.
    public var failure: String? { nil }
    /// The socket sends what it was given, whoever closes it.
    public var endsSlowly: Bool { false }
    /// A transport without a language of its own understands everybody.
    public var strangeBeginning: [UInt8] { [] }
    /// So there is nobody to tell.
    public func sendInClear(_ bytes: [UInt8]) {}
    /// A handshake that is complete cannot be repeated.
    public var mayBeRepeated: Bool { false }
}
