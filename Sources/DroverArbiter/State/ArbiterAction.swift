package import DroverSystem
package import Logging

/// Something that the arbiter's state machine wants done.
package enum ArbiterAction: Equatable, Sendable {
    /// Fork a worker, or for a negative slot a companion; answer with `spawned` or `spawnFailed`.
    case spawn(slot: Int, generation: Int)
    /// Send a signal to a worker.
    case signal(Signal, pid: Int32)
    /// Keep the totals of the worker that lived in the row, and empty it.
    case vacate(row: Int, slot: Int)
    /// Log what the worker is busy with.
    case reportInFlight(pid: Int32, row: Int)
    /// Tell the elder, the service manager and the hooks that all workers are ready for the first time.
    case announceReady
    /// Read the configuration and bind what is new; answer with `reloadPrepared` or `reloadRefused`.
    case prepareReload(generation: Int)
    /// From now on this generation is the one: let it accept, close what only the others listened on.
    case commit(generation: Int)
    /// This generation will not be: close what only it listened on.
    case abandon(generation: Int)
    /// Start the new binary; answer with `upgradeStarted` or `upgradeRefused`.
    case startUpgrade
    /// Tell a client of the control socket how its order ended; 0 is success.
    case answer(client: Int, status: Int32, text: String)
    /// Close the arbiter's own copies of the listening sockets.
    case closeListeners
    /// Open the log files again; answer with `logsReopened` or `logsKept`.
    case reopenLogs
    /// Tell the world.
    case log(Logger.Level, String, [LogField])
    /// End the arbiter.
    case leave(code: Int32)
}

/// A `key=value` of a log line.
package struct LogField: Equatable, Sendable {
    package let key: String
    package let value: String

    init(_ key: String, _ value: some CustomStringConvertible) {
        self.key = key
        self.value = value.description
    }
}
