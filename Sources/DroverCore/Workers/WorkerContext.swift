internal import DroverSystem
public import Logging

/// What a worker class works with.
public struct WorkerContext: Sendable {
    /// Which worker this is.
    public let identity: WorkerIdentity
    /// The worker's logger.
    public let logger: Logger
    /// The part of the configuration file of the plugin that the worker class comes from, with every default filled in; empty
    /// when the plugin has none.
    public private(set) var section = SettingsNode.empty
    /// Where it accepts connections, and what is served there.
    public private(set) var listeners: [WorkerListener]
    /// Where streams to other servers wait in this worker.
    package let streams: StreamLoop
    package let settings: Settings
    package let scoreboard: Scoreboard
    package let row: RowReference
    package let lifeline: Int32
    package let logs: ServerLogs
    package let accessLog: AccessLog?
    private let hooks: HookRunner
    private let arbiterWake: Int32

    package init(_ launch: WorkerLaunch, listeners: [WorkerListener], accessLog: AccessLog?, streams: StreamLoop) {
        identity = launch.identity
        logger = launch.logs.logger
        settings = launch.settings
        self.listeners = listeners
        scoreboard = launch.scoreboard
        row = launch.scoreboard.row(launch.row)
        lifeline = launch.lifeline
        logs = launch.logs
        self.accessLog = accessLog
        self.streams = streams
        hooks = launch.hooks
        arbiterWake = launch.arbiterWake
    }

    /// How many connections a worker has at most: the setting `worker_connections`.
    public var connections: Int { settings.workers.connections }

    /// How many threads run handlers in a class that has threads: the setting `threads`.
    public var threads: Int { settings.workers.threads }

    /// The same with the section of a worker class's plugin.
    package func with(_ section: SettingsNode) -> WorkerContext {
        var context = self
        context.section = section
        return context
    }

    /// The same with `change` applied to what its listeners serve, also to clients that choose another protocol of theirs.
    public func serving(_ change: (any ServerProtocol) -> any ServerProtocol) -> WorkerContext {
        var context = self
        context.listeners = listeners.map { $0.serving(change) }
        return context
    }

    /// Tells the arbiter that this worker accepts connections from now on; the loop of a worker class does.
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
