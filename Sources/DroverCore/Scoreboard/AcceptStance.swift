/// Whether a worker waits for connections on the queues that all share.
package enum AcceptStance: UInt32, Sendable {
    /// It does.
    case waiting = 0
    /// It could, and stays off because it has more than its share.
    case holdingBack = 1
    /// It could not serve another one.
    case full = 2
}
