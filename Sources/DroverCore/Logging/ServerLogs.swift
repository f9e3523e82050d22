package import Logging

/// Where a server's words go: the logger for events, the access log's sink, and every file that is opened again on demand.
package struct ServerLogs: Sendable {
    package let logger: Logger
    /// Nil when there is no access log.
    package let access: (any LineSink)?
    private let error: LogSink
    private let handler: LineLogHandler

    /// Logs from `level` on under the name `label`.
    package init(label: String, level: Logger.Level, error: LogSink, access: (any LineSink)?) {
        let handler = LineLogHandler(sink: error, level: level)
        self.handler = handler
        logger = Logger(label: label) { _ in handler }
        self.error = error
        self.access = access
    }

    /// Opens the files by their names again; one for which that fails stays as it was, and the log says why.
    ///
    /// - Returns: What went wrong, one line for each such file.
    @discardableResult
    package func reopen() -> [String] {
        var failures: [String] = []
        for sink: any LineSink in [error, access].compactMap({ $0 }) {
            do { try sink.reopen() } catch {
                failures.append("\(error)")
                logger.event(.error, "reopen_failed", ["error": "\(error)"])
            }
        }
        return failures
    }

    /// Makes every logger that is made from now on write here: users' code and libraries log through swift-log, too.
    package func becomeCurrent() {
        LogRoute.shared.lead(to: handler)
    }
}
