import DroverCore
import DroverSystem

/// Writes requests into the access log, as its format says.
final class RequestLog: Sendable {
    /// Whether a line says how long a request waited for the application to be called.
    let measuresQueue: Bool
    private let log: AccessLog
    private let lines: AccessLines

    /// A writer for `log`.
    init(_ log: AccessLog) {
        self.log = log
        lines = AccessLines(log.format)
        measuresQueue = log.format.contains(.queueMicroseconds)
    }

    /// Adds a line about `record`.
    func append(_ record: AccessRecord) {
        // The log lets one thread in at a time, which is what the lines want.
        log.append { lines.append(record, to: &$0) }
    }
}
