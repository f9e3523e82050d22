/// Who takes a new connection when several workers wait for one.
package enum AcceptMode: String, Sendable, Hashable, CaseIterable {
    /// All workers wait on one socket and one queue.
    case shared
    /// Every slot has a socket of its own, and the kernel deals connections out, SO_REUSEPORT in socket(7).
    case reuseport
}
