internal import DroverSystem
internal import Logging

/// What stands behind `Logger(label:)` in this process.
///
/// swift-log's own choice can be made once; a reload may bring another file or level, so the choice is to ask here.
final class LogRoute: Sendable {
    static let shared = LogRoute()

    private let choice = Locked(Choice())

    private struct Choice {
        var handler: LineLogHandler?
        var isInstalled = false
    }

    /// Makes loggers of the future write to `handler`.
    func lead(to handler: LineLogHandler) {
        let isFirst = choice.withLock { choice in
            choice.handler = handler
            defer { choice.isInstalled = true }
            return !choice.isInstalled
        }
        if isFirst { LoggingSystem.bootstrap { _ in LogRoute.shared.current } }
    }

    private var current: any LogHandler {
        choice.withLock { $0.handler } ?? SwiftLogNoOpLogHandler()
    }
}
