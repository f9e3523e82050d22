internal import DroverSystem

internal import struct Synchronization.Atomic

/// Lets a line into the log once a minute and counts the others, so that no peer fills a disk.
///
///     if let unsaid = pacer.count(at: connection.wallClock) {
///         logger.event(.info, "wrong_version", ["peer": connection.peer, "unsaid": unsaid])
///     }
///
/// Those of a ``ProtocolContext`` count for all workers together, in memory that these share, without a lock.
public final class NoticePacer: Sendable {
    private static let interval: Int64 = 60

    private let own: Notice
    // Nil for one that nothing else knows of.
    private let shared: SharedPlace<Notice>?

    /// A pacer for this process alone, that has not let anything through yet.
    public init() {
        own = Notice(last: .min / 2)
        shared = nil
    }

    /// A pacer for all who know `notice`, which stays where it is.
    init(sharing notice: SharedPlace<Notice>) {
        own = Notice(last: 0)
        shared = notice
    }

    /// Counts an occasion at `now`, in seconds since 1970, as ``Connection/wallClock`` has it.
    ///
    /// - Returns: How many occasions went by without a word since the last line; nil if this one is to do so as well.
    public func count(at now: Int64) -> Int? {
        guard let shared else { return own.count(at: now, pause: Self.interval) }
        return shared.pointer.pointee.count(at: now, pause: Self.interval)
    }
}

/// What is known about a line that is said once a minute; zeroed memory is one that was never said.
struct Notice: ~Copyable, Sendable {
    /// A number made of its name; 0 means that it has none.
    let owner = Atomic<UInt64>(0)
    /// When it was said last, in seconds since 1970.
    let last: Atomic<Int64>
    /// How many times it was not said since.
    let unsaid = Atomic<Int>(0)

    init(last: Int64) {
        self.last = Atomic(last)
    }

    /// Counts an occasion at `now`, of which one goes through in `pause` seconds.
    func count(at now: Int64, pause: Int64) -> Int? {
        let known = last.load(ordering: .relaxed)
        // A clock that was set back must not silence everybody until it is where it was.
        guard now - known >= pause || now < known,
            last.compareExchange(expected: known, desired: now, ordering: .relaxed).exchanged
        else {
            unsaid.add(1, ordering: .relaxed)
            return nil
        }
        return unsaid.exchange(0, ordering: .relaxed)
    }
}
