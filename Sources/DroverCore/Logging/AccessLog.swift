internal import DroverSystem
public import Logging

/// The lines about requests, gathered by one worker and written at the end of each turn of its loop: one write(2) a batch.
///
/// A line may be appended on any thread. A log whose reader stalls loses lines rather than time; how many, the error log
/// says (`event=access_log_dropped`).
public final class AccessLog: Sendable {
    // A turn that answers a thousand pipelined requests should not hold all of their lines.
    private static let gatherLimit = 32_768
    private static let reportPauseMilliseconds: Int64 = 10_000

    /// What a line says: the setting `access_log_format`.
    public let format: AccessFormat
    private let sink: any LineSink
    private let logger: Logger
    private let batch: Locked<Batch>

    private struct Batch {
        var lines: [UInt8] = []
        /// How many lines were lost as of the last report, and when there may be another one, in monotonic ms.
        var reported: Int
        var nextReport: Int64 = 0
    }

    /// A log that hands whole lines, each with its newline, to `write` whenever they are flushed; tests make their own.
    public convenience init(
        format: AccessFormat, logger: Logger, write: @escaping @Sendable (_ lines: [UInt8]) -> Void
    ) {
        self.init(sink: FunctionSink(write: write), format: format, logger: logger)
    }

    /// A log that writes to `sink`.
    package init(sink: any LineSink, format: AccessFormat, logger: Logger) {
        self.sink = sink
        self.format = format
        self.logger = logger
        batch = Locked(Batch(reported: sink.dropped))
    }

    /// Lets `body` append a line, without its newline; one caller at a time.
    ///
    /// What a peer has sent must stay on its line: the caller escapes control bytes and quotes in it. `body` holds the
    /// log's lock, so it does not wait.
    public func append(_ body: (inout [UInt8]) -> Void) {
        batch.withLock { batch in
            body(&batch.lines)
            batch.lines.append(UInt8(ascii: "\n"))
            if batch.lines.count >= Self.gatherLimit { write(&batch) }
        }
    }

    /// Writes what has been gathered.
    public func flush() {
        batch.withLock { if !$0.lines.isEmpty { write(&$0) } }
    }

    private func write(_ batch: inout Batch) {
        sink.write(batch.lines)
        batch.lines.removeAll(keepingCapacity: true)
        let dropped = sink.dropped
        if dropped != batch.reported { report(dropped, &batch) }
    }

    private func report(_ dropped: Int, _ batch: inout Batch) {
        let now = MonotonicClock.milliseconds()
        guard now >= batch.nextReport else { return }
        logger.event(.warning, "access_log_dropped", ["pid": currentProcess, "lines": dropped - batch.reported])
        batch.reported = dropped
        batch.nextReport = now + Self.reportPauseMilliseconds
    }
}

/// A function that takes every line.
private final class FunctionSink: LineSink {
    private let take: @Sendable ([UInt8]) -> Void
    let dropped = 0

    init(write: @escaping @Sendable ([UInt8]) -> Void) {
        take = write
    }

    func write(_ lines: [UInt8]) { take(lines) }

    func reopen() {}
}
