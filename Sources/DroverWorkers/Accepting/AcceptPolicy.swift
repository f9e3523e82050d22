/// When a worker takes connections, as its class decides it.
///
/// The loop asks on its own thread: at the end of a turn, every 10 ms at most while nothing changes, to know whether to wait
/// for the next connection, and once more when one has come. It asks only while there is a place and nothing has run out; what follows from that for the queues,
/// for the siblings and for `drover ctl workers` is the loop's affair. Connections that a draining worker still finds are
/// taken without asking, unless a sibling takes them.
///
/// A decision keeps the worker's connections waiting, so it must not block: a file under `/proc` may be read, a server may
/// not be asked.
public protocol AcceptPolicy {
    /// What to do about the next connection.
    mutating func decide(_ moment: AcceptMoment) -> AcceptDecision
}

/// What an ``AcceptPolicy`` goes by beside what it knows itself.
public struct AcceptMoment: Sendable {
    /// How many connections the worker serves; those that have been answered and linger do not count.
    public let connections: Int
    /// How many it may serve at a time.
    public let places: Int
    /// Monotonic milliseconds, read once a turn of the loop.
    public let milliseconds: Int64

    /// A moment; tests make their own.
    public init(connections: Int = 0, places: Int = 1, milliseconds: Int64 = 0) {
        self.connections = connections
        self.places = places
        self.milliseconds = milliseconds
    }
}

/// What an ``AcceptPolicy`` decides.
public enum AcceptDecision: Sendable, Equatable {
    /// The worker takes the next connection, whatever its siblings have.
    case accept
    /// It does so only while it has no more than its share of the connections, as the stock classes do.
    case acceptByShare
    /// It leaves the queues, and the next connection to its siblings.
    ///
    /// A connection that no sibling takes waits in the kernel's queue. The loop asks again at its next turn, which is after
    /// this time at the latest; 10 ms is the least that counts, an hour the most.
    case decline(atMost: Duration)
}
