internal import DroverSystem
package import Logging

/// The lines about requests, gathered by one worker and written at the end of each turn of its loop: one write(2) a batch.
package final class AccessLog: @unchecked Sendable {
    // A turn that answers a thousand pipelined requests should not hold all of their lines.
    private static let gatherLimit = 32_768
    private static let reportPauseMilliseconds: Int64 = 10_000

    /// What a line says.
    package let format: AccessFormat
    private let sink: any LineSink
    private let logger: Logger
    private let lock = Lock()
    private var lines: [UInt8] = []
    private var reported: Int
    private var nextReport: Int64 = 0

    /// A log that writes to `sink`.
    package init(sink: any LineSink, format: AccessFormat, logger: Logger) {
        self.sink = sink
        self.format = format
        self.logger = logger
        reported = sink.dropped
    }

    /// Lets `body` append a line, without its newline; one caller at a time.
    ///
    /// Whatever a peer got into it stays on it: control bytes and quotes are escaped by whoever puts the line together.
    package func append(_ body: (inout [UInt8]) -> Void) {
        lock.withLock {
            body(&lines)
            lines.append(UInt8(ascii: "\n"))
            if lines.count >= Self.gatherLimit { writeOut() }
        }
    }

    /// Writes what has been gathered.
    package func flush() {
        lock.withLock { if !lines.isEmpty { writeOut() } }
    }

    private func writeOut() {
        sink.write(lines)
        lines.removeAll(keepingCapacity: true)
        let dropped = sink.dropped
        if dropped != reported { report(dropped) }
    }

    private func report(_ dropped: Int) {
        let now = MonotonicClock.milliseconds()
        guard now >= nextReport else { return }
        logger.event(.warning, "access_log_dropped", ["pid": currentProcess, "lines": dropped - reported])
        reported = dropped
        nextReport = now + Self.reportPauseMilliseconds
    }
}
