package import DroverSystem

/// Something that has happened, as the arbiter's state machine sees it.
package enum ArbiterEvent: Equatable, Sendable {
    /// The listeners are bound: start the herd.
    case start
    /// A process has sent a signal.
    case signal(Signal)
    /// A worker was forked.
    case spawned(pid: Int32, row: Int, slot: Int, generation: Int)
    /// The kernel refused to fork, which may pass, or the fork guard did, which will not.
    case spawnFailed(slot: Int, reason: String, permanent: Bool = false)
    /// A worker says that it accepts connections, so many microseconds after its fork.
    case ready(pid: Int32, after: Int64)
    /// A worker has served its share and asks to be replaced.
    case retiring(pid: Int32)
    /// A child ended and was reaped.
    case ended(pid: Int32, ExitStatus)
    /// Somebody has stopped a worker, or let it go on.
    case stopped(pid: Int32)
    case continued(pid: Int32)
    /// A moment has come that the state machine asked for; with the workers that are at work, since when (monotonic ms).
    case moment(busy: [Int32: Int64])
}
