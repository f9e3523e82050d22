/// Why a task that waited for its connection goes on.
public enum Wakeup: Sendable {
    /// The socket may have what was waited for.
    case ready
    /// The deadline passed first.
    case timedOut
    /// Nothing has come for a while, and the protocol can do without its task until something does.
    case rest
    /// Somebody has something for the task to look after.
    case nudged
    /// The worker drains and the connection was idle.
    case draining
    /// The worker stops at once.
    case stopping
}

/// The two things a connection can wait for.
public enum Interest: Sendable {
    case input
    case output
}
