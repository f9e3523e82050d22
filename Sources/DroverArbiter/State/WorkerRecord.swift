/// What the arbiter knows about one worker or companion.
package struct WorkerRecord: Equatable, Sendable {
    /// Where in its life a worker is, as the arbiter sees it.
    ///
    /// Deadlines are monotonic ms.
    package enum Stage: Equatable, Sendable {
        /// Forked; must be ready by the deadline.
        case starting(deadline: Int64)
        /// Accepts connections.
        case ready(since: Int64)
        /// Was told to finish; is killed at the deadline.
        case draining(deadline: Int64)
        /// Was sent SIGABRT; is killed at the deadline.
        case aborting(deadline: Int64)
        /// Was sent SIGKILL; nothing is left to do but to reap it.
        case killed
    }

    package let pid: Int32
    package let row: Int
    package let slot: Int
    package let generation: Int
    package let startedAt: Int64
    /// ms that it gets to finish, by the configuration it was started from.
    var graceful: Int64 = 30_000
    /// Whether it tells the world about the workers, and so goes before they do.
    var isAnnouncer = false
    package var stage: Stage
    /// Whether it has to be replaced: it asked for it, it is too old, or it was ordered away.
    package var isRetiring = false
    /// Whether an order says to replace it now, however many others are missing.
    package var isOrderedAway = false
    /// Whether it was ever ready.
    package var wasReady = false
    /// Monotonic ms since when the process has been stopped by a signal.
    package var stoppedAt: Int64?

    /// Whether it is a companion, which serves no connections.
    package var isCompanion: Bool { slot < 0 }

    /// Whether it holds its slot: it serves, or will.
    var holdsSlot: Bool {
        switch stage {
        case .starting, .ready: true
        case .draining, .aborting, .killed: false
        }
    }

    /// Whether no successor may be started yet.
    ///
    /// One that failed to boot keeps its slot until it is reaped, so that its failure is counted before the next one
    /// tries.
    var occupiesSlot: Bool { holdsSlot || !wasReady }

    /// Whether silence means that it hangs; while it boots or dies there is another deadline.
    var canHang: Bool {
        switch stage {
        case .ready, .draining: true
        case .starting, .aborting, .killed: false
        }
    }

    package var isReady: Bool {
        if case .ready = stage { true } else { false }
    }

    package var isStarting: Bool {
        if case .starting = stage { true } else { false }
    }

    /// The moment at which something must happen to it.
    var deadline: Int64? {
        switch stage {
        case .starting(let deadline), .draining(let deadline), .aborting(let deadline): deadline
        case .ready, .killed: nil
        }
    }
}
