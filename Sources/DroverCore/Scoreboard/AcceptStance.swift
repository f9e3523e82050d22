/// Whether a worker takes new connections, as it says itself.
package enum AcceptStance: UInt32, Sendable {
    /// It does not look for any: not yet, or not any more.
    case absent = 0
    /// It waits for them, on every queue that it may.
    case waiting = 1
    /// It could wait, and stays off the queues that all share because it has more than its share.
    case holdingBack = 2
    /// It could not serve another one.
    case full = 3
    /// It has run out of descriptors or memory, and tries again in a moment.
    case paused = 4
    /// It wants to wait and cannot: the kernel does not let it on a queue.
    case deaf = 5
    /// It could serve another one, and its class does not want it to.
    case declining = 6

    /// Whether others may leave a connection to it: it waits, or would if it were its turn.
    package var hasPlace: Bool {
        switch self {
        case .waiting, .holdingBack: true
        case .absent, .full, .paused, .deaf, .declining: false
        }
    }
}
