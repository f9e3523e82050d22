package import Logging

/// Where a server's words go: the logger for events, the access log's sink, and every file that is opened again on demand.
package struct ServerLogs: Sendable {
    package let logger: Logger
    /// Nil when there is no access log.
    package let access: (any LineSink)?
    private let error: any LineSink

    package init(logger: Logger, error: any LineSink, access: (any LineSink)?) {
        self.logger = logger
        self.error = error
        self.access = access
    }

    /// Opens the files by their names again.
    package func reopen() {
        for sink in [error, access].compactMap({ $0 }) {
            do { try sink.reopen() } catch { logger.event(.error, "reopen_failed", ["error": "\(error)"]) }
        }
    }
}
