internal import DroverSystem

/// Why a task that waited for its stream goes on.
package enum Wakeup: Sendable {
    /// The socket may have what was waited for.
    case ready
    /// The deadline passed first.
    case timedOut
    /// Nothing has come for a while, and the protocol can do without its task until something does.
    case rest
    /// Something has happened elsewhere for the task to look after.
    case nudged
    /// The worker drains and the connection was idle.
    case draining
    /// The worker stops at once.
    case stopping
    /// The task was cancelled, and waits for a stream that we have opened.
    case cancelled
}

/// What a task can wait for with a stream's socket.
package enum Interest: UInt8, Sendable {
    case input
    case output
    /// Input or room for output, whichever comes first.
    case either

    /// Whether `events` are what it waits for.
    @inline(__always)
    func isMet(by events: PollEvents) -> Bool {
        switch self {
        case .input: events.concernsInput
        case .output: events.concernsOutput
        case .either: events.concernsInput || events.concernsOutput
        }
    }
}

/// A task that need not wait any longer, taken out of its stream under a lock, to be resumed without it.
///
/// Whatever resumes a task waits while the task is being cancelled, and the handlers of its cancellation, which run
/// meanwhile, may nudge a stream, which takes the lock.
package struct Woken: Sendable {
    private let task: UnsafeContinuation<Wakeup, Never>
    private let reason: Wakeup

    init(_ task: UnsafeContinuation<Wakeup, Never>, for reason: Wakeup = .ready) {
        self.task = task
        self.reason = reason
    }

    /// Lets the task go on.
    package func resume() { task.resume(returning: reason) }
}
