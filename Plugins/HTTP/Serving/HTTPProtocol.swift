import DroverCore
import DroverHTTPMessages
import Logging

/// HTTP/1.1 and HTTP/1.0 on one listener of one worker.
final class HTTPProtocol: MessageProtocol {
    let responder: HTTPResponder
    /// A head that is not whole, and what has come behind it.
    var inputLimit: Int { pool.rules.limits.inputBuffer }
    let pool: ExchangePool
    let logger: Logger
    let mismatch: MismatchHelp
    let prefaceNotice: NoticePacer

    /// A protocol that lets `handler` answer.
    init(
        handler: any HTTPHandler, settings: HTTPSettings, logger: Logger, accessLog: AccessLog? = nil,
        mismatch: MismatchHelp = MismatchHelp(spoken: "HTTP"), prefaceNotice: NoticePacer = NoticePacer()
    ) {
        responder = HTTPResponder(handler: handler, logger: logger, accessLog: accessLog)
        pool = ExchangePool(rules: settings.rules)
        self.logger = logger
        self.mismatch = mismatch
        self.prefaceNotice = prefaceNotice
    }

    /// The protocol as configuration describes it.
    ///
    /// - Throws: `SettingsIssue` for a section that makes no sense.
    convenience init(_ context: ProtocolContext, _ handler: any HTTPHandler) throws {
        self.init(
            handler: handler,
            settings: try HTTPSettings.section.settings(from: context.section), logger: context.logger,
            accessLog: context.accessLog, mismatch: context.mismatch,
            prefaceNotice: context.pacer("preface"))
    }
}
