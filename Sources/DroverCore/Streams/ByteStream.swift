public import DroverSystem

/// A transport's session with its two queues: bytes in, bytes out, and a place to wait; tcp(7), unix(7).
///
/// Output is gathered and sent when the task next waits for input, so a reply costs one send(2) and pipelined replies
/// share one. Input is received when the task waits for it. A stream that waits holds no buffer. All deadlines are kept
/// here, so that no protocol needs a timer.
///
/// A ``Connection`` is a stream that a peer has opened to us, and a ``ClientStream`` one that we have opened. A stream is not
/// `Sendable`: one task has it, and makes one call at a time. Other tasks may have its ``handle``.
///
/// What remains unchecked: the loop that a stream waits in touches its readiness, its waiting task and its deadlines from the
/// loop's thread. It does so only while the task waits, and resuming the task orders the two; or under the lock of
/// the loop, where several threads serve. For the same reason no access to the queues overlaps another one, so the
/// compiler is told not to look for that with each of them, which would cost a tenth of a small request.
public class ByteStream {
    // In the order in which they leave the fewest gaps: an idle connection is little more than its fields.

    /// The stream's number in its loop, for logs.
    public let id: UInt64
    let home: StreamHost
    let session: any TransportSession
    // One task at a time touches them, and no access is open while other code that may do so runs; see above.
    @exclusivity(unchecked) var input = ByteQueue()
    /// The stream's place in its loop's table.
    package let token: Int32
    // As with the input.
    @exclusivity(unchecked) var output = ByteQueue()
    private var wheelLinks = DeadlineWheel.Links()
    /// The task that waits for the stream.
    var waiter: UnsafeContinuation<Wakeup, Never>?
    private var wakeAt = Int64.max
    /// Monotonic ms until which the message that has begun must be complete, 0 when none has begun.
    ///
    /// For a connection that lingers: until which it may linger.
    var messageDeadline: Int64 = 0
    /// What other tasks have of the stream.
    private var ownHandle: StreamHandle?
    /// What the poller has reported while the task ran on another thread.
    var held: PollEvents?
    /// Which of the waits `waiter` is for.
    var awaited = Interest.input
    /// What a task waits for beside the socket.
    var pause = Pause.none

    // MARK: Readiness, as the poller last said and the last calls showed

    private var expectsInput = false
    var mayHaveRoom = true
    private var hasEnded = false
    /// How often in a row there was input at once, without a wait.
    var streak: UInt8 = 0
    /// Whether an orderly end would be wasted on the peer, or tell it something untrue.
    var isCutOff = false
    private var isRegistered = false

    /// What a task waits for beside the socket.
    enum Pause: UInt8 {
        case none
        /// A nudge too.
        case events
        /// A nudge too, between two steps: the connection can do without the task.
        case steps
    }

    init(id: UInt64, token: Int32, session: any TransportSession, home: StreamHost) {
        self.id = id
        self.token = token
        self.session = session
        self.home = home
    }

    // MARK: What a kind of stream says of itself

    /// Lets `continuation` be resumed when the socket is ready for `interest` or `deadline` (monotonic ms) has passed.
    func park(_ interest: Interest, until deadline: Int64, _ continuation: UnsafeContinuation<Wakeup, Never>) {
        preconditionFailure("a stream knows where it waits")
    }

    /// Waits until the socket is ready for `interest`, or `deadline` has passed.
    func wait(for interest: Interest, until deadline: Int64) async -> Wakeup {
        await withUnsafeContinuation { park(interest, until: deadline, $0) }
    }

    /// Resumes `continuation` when all others have had their turn.
    func postpone(_ continuation: UnsafeContinuation<Wakeup, Never>) { continuation.resume(returning: .ready) }

    /// Monotonic ms until which the next input may be waited for.
    func inputDeadline() -> Int64 { .max }

    /// Monotonic ms until which room for output may be waited for.
    func outputDeadline() -> Int64 { .max }

    /// Whether a task that waits for input in ``fill(limit:)`` may do so; nil for a look at the socket before it does.
    ///
    /// - Throws: Why it must not.
    func mayWaitForInput() throws(ConnectionError) -> Bool? { true }

    /// Whether a deadline that has passed while `fill` waited is no fault, but the end.
    func endsBySilence() -> Bool { false }

    /// Which deadline has passed in a wait for `interest`.
    func deadline(of interest: Interest) -> Deadline { interest == .output ? .write : .read }

    /// Monotonic ms until which a task that hears of events too may wait for input, when the peer may be silent for `patience`
    /// ms between two messages; nil for as long as is usual for a kind of stream.
    func silenceDeadline(_ patience: Int64?) -> Int64 {
        if !input.isEmpty { return inputDeadline() }
        guard let patience, patience != .max else { return .max }
        return home.now() + patience
    }

    /// What there is to do before the task is told of a drain, or ``Arrival/drain``, which it is told once; nil for no drain.
    func takeDrain(limit: Int, isReading: Bool) throws(ConnectionError) -> Arrival? { nil }

    /// Whether a handler has taken it over, which is between two requests of its own.
    var isTakenOver: Bool { false }

    /// Counts bytes that have come, into an empty queue or behind others.
    func noteReceived(_ count: Int, intoEmpty: Bool) {}

    /// Counts bytes that have left.
    func noteSent(_ count: Int) {}

    /// Counts a mistake of the peer's.
    func noteError() {}

    /// What is thrown for `error`: of a stream that is not the connection which is served, it says so.
    func fault(_ error: ConnectionError) -> ConnectionError { error }

    // MARK: Facts

    /// Whether there may be input that was not received yet.
    package final var mayHaveInput: Bool {
        // Not the field itself: another module would watch it for overlapping accesses.
        @inline(__always) get { expectsInput }
        @inline(__always) set { expectsInput = newValue }
    }

    /// Whether the peer has ended its direction: nothing more will come but what has been received or is about to be.
    ///
    /// It tells the peer's end from the end of the wait's time, where ``fill(limit:)`` returns false for either.
    public internal(set) final var peerEnded: Bool {
        @inline(__always) get { hasEnded }
        @inline(__always) set { hasEnded = newValue }
    }

    /// Monotonic ms at which a waiting task is woken; `Int64.max` for never.
    package final var waitDue: Int64 {
        @inline(__always) get { wakeAt }
        @inline(__always) set { wakeAt = newValue }
    }

    /// Whether the poller reports what happens to its socket.
    package final var isPolled: Bool {
        get { isRegistered }
        set { isRegistered = newValue }
    }

    /// Its bucket in the deadline wheel and its neighbours there.
    package final var links: DeadlineWheel.Links {
        get { wheelLinks }
        set { wheelLinks = newValue }
    }

    /// The socket's number, for the poller.
    package final var descriptor: Int32 { session.descriptor }

    /// What other tasks and threads may have of the stream.
    public final var handle: StreamHandle {
        if let ownHandle { return ownHandle }
        let handle = StreamHandle(id: id, token: token, host: home)
        ownHandle = handle
        return handle
    }

    /// The handle if there is one; without it there can be no nudge.
    final var knownHandle: StreamHandle? {
        @inline(__always) get { ownHandle }
    }

    /// This end of the stream: for a connection, where the peer has connected to.
    ///
    /// It asks the kernel, getsockname(2); once the stream is closed it is unnamed.
    public final var local: SocketAddress {
        (try? ListeningSocket.localAddress(of: session.descriptor)) ?? .unnamed
    }

    /// How the transport keeps the bytes secret and who the peer is; nil where it does not.
    public final var security: TransportSecurity? { session.security }

    /// Whether what was received last may be a repetition by an eavesdropper, so that only what does no harm a
    /// second time should be done; only where the transport was told to allow it.
    public final var mayBeRepeated: Bool { session.inputNotes.contains(.mayBeRepeated) }

    /// Whether the input ended without the transport's farewell: the peer was cut off, or an attacker cut it off.
    ///
    /// A protocol to which the end of the stream means something should look; plain streams have no farewell.
    public final var endedEarly: Bool { session.inputNotes.contains(.endedEarly) }

    /// Seconds since 1970, read once a turn of the loop.
    public final var wallClock: Int64 { home.clock.wallSeconds }

    /// Monotonic milliseconds; for a connection they are read once a turn of the loop.
    public final var monotonicClock: Int64 { home.now() }
}
