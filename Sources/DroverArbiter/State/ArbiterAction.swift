package import DroverSystem
package import Logging

/// Something that the arbiter's state machine wants done.
package enum ArbiterAction: Equatable, Sendable {
    /// Fork a worker; answer with `spawned` or `spawnFailed`.
    case spawn(slot: Int, generation: Int)
    /// Send a signal to a worker.
    case signal(Signal, pid: Int32)
    /// Keep the totals of the worker that lived in the row, and empty it.
    case vacate(row: Int, slot: Int)
    /// Log what the worker is busy with.
    case reportInFlight(pid: Int32, row: Int)
    /// Close the arbiter's own copies of the listening sockets.
    case closeListeners
    /// Open the log files again.
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
