import DroverCore
import DroverHTTPMessages
import Logging

/// Requests that a gateway describes by variables, on one listener of one worker.
///
/// A connection brings one request: neither nginx nor the protocol knows how to send another one.
final class UWSGIProtocol: MessageProtocol {
    /// The longest packet.
    var inputLimit: Int { Self.inputBuffer }
    let responder: HTTPResponder
    let settings: UWSGISettings
    let pool: ExchangePool
    let logger: Logger
    let mismatch: MismatchHelp
    // One for each cause, or the first would hide what has to be done about the others.
    let refusalNotices: [NoticePacer]

    /// A protocol that lets `handler` answer.
    init(
        handler: any HTTPHandler, settings: UWSGISettings, logger: Logger, accessLog: AccessLog? = nil,
        mismatch: MismatchHelp = MismatchHelp(spoken: "uwsgi"),
        pacer: (String) -> NoticePacer = { _ in NoticePacer() }
    ) {
        responder = HTTPResponder(handler: handler, logger: logger, accessLog: accessLog)
        self.settings = settings
        pool = ExchangePool(rules: settings.rules)
        self.logger = logger
        self.mismatch = mismatch
        refusalNotices = Cause.allCases.map { pacer("refusal \($0)") }
    }

    /// The protocol as configuration describes it.
    ///
    /// - Throws: `SettingsIssue` for a section that makes no sense.
    convenience init(_ context: ProtocolContext, _ handler: any HTTPHandler) throws {
        self.init(
            handler: handler,
            settings: try UWSGISettings.section.settings(from: context.section), logger: context.logger,
            accessLog: context.accessLog, mismatch: context.mismatch, pacer: context.pacer)
    }
}
