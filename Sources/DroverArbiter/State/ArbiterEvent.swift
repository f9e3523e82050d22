package import DroverSystem

/// Something that has happened, as the arbiter's state machine sees it.
package enum ArbiterEvent: Equatable, Sendable {
    /// The listeners are bound: start the herd.
    case start
    /// A process has sent a signal.
    case signal(Signal)
    /// The terminal that the server was started at has gone.
    case terminalClosed
    /// A client of the control socket wants something and waits for the outcome.
    case order(ArbiterOrder, client: Int)
    /// A worker was forked.
    case spawned(pid: Int32, row: Int, slot: Int, generation: Int)
    /// The kernel refused to fork, which may pass, or the fork guard did, which will not.
    case spawnFailed(slot: Int, generation: Int, reason: String, permanent: Bool = false)
    /// A worker says that it can accept, so many microseconds after its fork.
    case ready(pid: Int32, after: Int64)
    /// A worker has served its share and asks to be replaced.
    case retiring(pid: Int32)
    /// A child ended and was reaped.
    case ended(pid: Int32, ExitStatus)
    /// A signal has stopped a worker, or let it go on.
    case stopped(pid: Int32)
    case continued(pid: Int32)
    /// The configuration was read, and what it adds is bound.
    case reloadPrepared(generation: Int, HerdPlan)
    /// The configuration is wrong, or wants what cannot be had.
    case reloadRefused(reason: String)
    /// The configuration says what it said; what it made its transports of was new, and counts already at these addresses.
    case renewed(addresses: [String])
    /// The new binary runs, from this file.
    case upgradeStarted(pid: Int32, executable: String)
    /// The new binary could not be started.
    case upgradeRefused(reason: String)
    /// The new arbiter's workers are ready.
    case upgradeReady
    /// The arbiter's log files are open by their names as they are now.
    case logsReopened
    /// At least one could not be opened again, and stays as it was.
    case logsKept(reason: String)
    /// The arbiter that started this one has gone.
    case elderGone
    /// A moment has come that the state machine asked for; with the workers that are at work, since when (monotonic ms).
    case moment(busy: [Int32: Int64])
}

/// What a client of the control socket can have done.
package enum ArbiterOrder: Equatable, Sendable {
    case reload
    case upgrade
    case scale(Int)
    /// Replace the worker of a slot, its successor first.
    case drain(slot: Int)
    /// End the worker of a slot now.
    case kill(slot: Int)
    case reopenLogs
    case stop
}
