internal import DroverSystem
public import Logging

/// What a worker class works with.
public struct WorkerContext: Sendable {
    /// Which worker this is.
    public let identity: WorkerIdentity
    /// The worker's logger.
    public let logger: Logger
    package let settings: Settings
    package private(set) var listeners: [WorkerListener]
    package let scoreboard: Scoreboard
    package let row: RowReference
    package let lifeline: Int32
    package let logs: ServerLogs
    package let accessLog: AccessLog?
    private let hooks: HookRunner
    private let arbiterWake: Int32

    package init(_ launch: WorkerLaunch, listeners: [WorkerListener], accessLog: AccessLog?) {
        identity = launch.identity
        logger = launch.logs.logger
        settings = launch.settings
        self.listeners = listeners
        scoreboard = launch.scoreboard
        row = launch.scoreboard.row(launch.row)
        lifeline = launch.lifeline
        logs = launch.logs
        self.accessLog = accessLog
        hooks = launch.hooks
        arbiterWake = launch.arbiterWake
    }

    /// The same with `change` applied to what its listeners serve.
    package func serving(_ change: (any ServerProtocol) -> any ServerProtocol) -> WorkerContext {
        var context = self
        context.listeners = listeners.map { $0.serving(change) }
        return context
    }

    /// Tells the arbiter that this worker accepts connections from now on.
    public func becomeReady() {
        row.setReady(now: MonotonicClock.nanoseconds())
        wakeArbiter()
    }

    /// Calls one of the user's hooks.
    package func runHook(_ name: String, _ body: (any ServerHooks) throws -> Void) {
        hooks.run(name, logger, body)
    }

    /// Makes the arbiter look at the scoreboard.
    package func wakeArbiter() {
        WakeDescriptor.wake(arbiterWake)
    }
}
