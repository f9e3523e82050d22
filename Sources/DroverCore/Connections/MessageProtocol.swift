/// A protocol whose connections bring one message after the other.
///
/// The core runs the loop: it receives, asks the protocol for a step, sends what that wrote, and waits. A connection that
/// waits has no task, which is most of what an idle connection costs. An author writes one `async` method:
///
///     struct Shout: MessageProtocol {
///         func serveMessage(_ connection: Connection) async throws -> Next {
///             guard let line = try await connection.readLine(limit: 4096) else { return .end }
///             try await connection.withRequest("shout") { try await connection.write(line.uppercased() + "\n") }
///             return .rest
///         }
///     }
///
/// It is called in a task when the first byte of a message has come. A protocol that can answer without waiting adds
/// ``step(_:)``, which is tried first and needs no task at all.
///
/// A worker that is full may end a connection for a newcomer that has rested for a moment; one whose ``Connection/protocolState``
/// is set keeps its place.
public protocol MessageProtocol: ServerProtocol {
    /// How many bytes may be buffered, in bytes; it has to hold the longest message.
    ///
    /// It is read once a listener and worker.
    var inputLimit: Int { get }

    /// Deals with what is buffered, as far as that takes no waiting.
    ///
    /// Called when more has been received, on the loop's thread or on a thread of the pool; it must not block in class
    /// `async`. What it does not consume is there again at the next step.
    func step(_ connection: Connection) -> Step

    /// Deals with something else than input.
    func notice(_ occasion: Occasion, _ connection: Connection) -> Step

    /// Serves in a task what the step has left: one message, or a part of it.
    ///
    /// - Throws: Whatever ends the connection; `ConnectionError` is the peer's doing, anything else is logged as an error.
    func serveMessage(_ connection: Connection) async throws -> Next
}

extension MessageProtocol {
    /// 65,536 bytes.
    public var inputLimit: Int { 65_536 }

    /// Leaves everything to ``serveMessage(_:)``.
    public func step(_ connection: Connection) -> Step { .task }

    /// Ends the connection when nothing more will come, and otherwise lets it wait.
    public func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
        switch occasion {
        case .nudge, .moment: return .rest
        // The message that has begun is answered before the connection ends.
        case .drain: return connection.bufferedCount > 0 ? .rest : .end
        case .silence, .lost: return .end
        case .ended:
            if connection.bufferedCount > 0 { connection.countError() }
            return .end
        case .late, .tooLong:
            connection.countError()
            return .end
        }
    }

    /// Runs the core's loop in a task.
    public func serve(_ connection: Connection) async throws {
        try await connection.serveMessages(of: self)
    }
}

/// What a protocol wants after a step.
public enum Step: Sendable, Equatable {
    /// The connection waits for the next message, or for the rest of the one that has begun.
    case rest
    /// The connection waits as with ``rest``, but something is in progress: silence does not end it.
    ///
    /// At the given moment (monotonic milliseconds, as ``Connection/monotonicClock``) the protocol hears of
    /// ``Occasion/moment``; `Int64.max` is never.
    case listen(until: Int64)
    /// The connection waits as with ``listen(until:)``, and nothing is received meanwhile.
    case hold(until: Int64)
    /// Other connections go first; then the protocol takes another step.
    case turn
    /// ``MessageProtocol/serveMessage(_:)`` has to go on, in a task.
    case task
    /// The connection ends when what was written has been sent.
    case end
}

/// What follows a message that was served in a task.
public enum Next: Sendable {
    /// The connection waits for the next message.
    case rest
    /// The connection ends when what was written has been sent.
    case end
}

/// What a protocol of messages hears of, beside input.
public enum Occasion: Sendable, Equatable {
    /// ``Connection/nudge()`` was called.
    case nudge
    /// The moment that a step has named has come.
    case moment
    /// The worker drains; said once, after a last look for input.
    case drain
    /// The peer was silent for too long between two messages.
    case silence
    /// The rest of a message did not come in time.
    case late
    /// More than ``MessageProtocol/inputLimit`` bytes hold no whole message.
    case tooLong
    /// The peer has ended its direction: what is buffered is all there will be.
    ///
    /// A protocol that still owes replies answers with ``Step/listen(until:)``; ``Step/rest`` ends the connection.
    case ended
    /// The connection broke: nothing can be received or sent any more.
    ///
    /// A protocol with something in progress answers with ``Step/hold(until:)`` until that has ended.
    case lost(ConnectionError)
}
