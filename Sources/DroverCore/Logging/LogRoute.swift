internal import DroverSystem
internal import Logging

/// What stands behind `Logger(label:)` in this process.
///
/// swift-log's own choice can be made once; a reload may bring another file or level, so the choice is to ask here.
final class LogRoute: @unchecked Sendable {
    static let shared = LogRoute()

    private let lock = Lock()
    private var handler: LineLogHandler?
    private var isInstalled = false

    /// Makes loggers of the future write to `handler`.
    func lead(to handler: LineLogHandler) {
        let isFirst = lock.withLock {
            self.handler = handler
            defer { isInstalled = true }
            return !isInstalled
        }
        if isFirst { LoggingSystem.bootstrap { _ in LogRoute.shared.current } }
    }

    private var current: any LogHandler {
        lock.withLock { handler } ?? SwiftLogNoOpLogHandler()
    }
}
