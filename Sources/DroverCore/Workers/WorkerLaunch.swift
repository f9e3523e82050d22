package import DroverSystem

/// What the arbiter hands to a worker that it has just forked: numbers and shared memory, nothing that owns anything.
package struct WorkerLaunch: Sendable {
    /// A socket that the worker inherits.
    package struct Inherited: Sendable {
        package let descriptor: Int32
        package let address: SocketAddress
        package let settings: ListenerSettings

        package init(descriptor: Int32, address: SocketAddress, settings: ListenerSettings) {
            self.descriptor = descriptor
            self.address = address
            self.settings = settings
        }
    }

    package let identity: WorkerIdentity
    package let settings: Settings
    /// Who the worker becomes before any of the user's code runs; nil is who the arbiter is.
    package let credentials: Credentials?
    package let listeners: [Inherited]
    /// Where its generation listens, for a companion, which inherits nothing.
    package let addresses: [ListenerAddress]
    /// The transports of `settings.listeners`, one for each.
    package let transports: [any Transport]
    package let scoreboard: Scoreboard
    /// The number of the worker's row.
    package let row: Int
    /// Read end of the pipe that ends with the arbiter.
    package let lifeline: Int32
    /// The eventfd that wakes the arbiter.
    package let arbiterWake: Int32
    package let logs: ServerLogs
    package let hooks: HookRunner

    package init(
        identity: WorkerIdentity, settings: Settings, credentials: Credentials?, listeners: [Inherited],
        addresses: [ListenerAddress] = [], transports: [any Transport], scoreboard: Scoreboard, row: Int,
        lifeline: Int32, arbiterWake: Int32, logs: ServerLogs, hooks: HookRunner = HookRunner()
    ) {
        self.identity = identity
        self.settings = settings
        self.credentials = credentials
        self.listeners = listeners
        self.addresses = addresses
        self.transports = transports
        self.scoreboard = scoreboard
        self.row = row
        self.lifeline = lifeline
        self.arbiterWake = arbiterWake
        self.logs = logs
        self.hooks = hooks
    }

    /// Calls one of the user's hooks.
    package func runHook(_ name: String, _ body: (any ServerHooks) throws -> Void) {
        hooks.run(name, logs.logger, body)
    }
}

/// What a forked child does; it returns the exit code.
package typealias WorkerBody = @Sendable (WorkerLaunch) -> Int32
