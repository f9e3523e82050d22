/// Where in its life a worker is, as it says itself.
package enum WorkerState: UInt32, Sendable {
    /// No worker lives in this row.
    case vacant = 0
    /// Forked, its application not loaded yet.
    case starting = 1
    /// Accepts connections.
    case ready = 2
    /// Accepts no more and finishes what it has.
    case draining = 3
    /// Asks to be replaced: it has served its share.
    case retiring = 4

    /// Whether it takes connections.
    package var accepts: Bool { self == .ready || self == .retiring }
}
