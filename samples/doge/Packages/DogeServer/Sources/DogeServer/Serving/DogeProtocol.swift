public import Drover

/// MessagePack-RPC, as doge's clients speak it, on one listener of one worker.
///
/// It answers one call of a connection after another; `overlapping` answers several at a time.
public final class DogeProtocol: MessageProtocol {
    let methods: DogeMethodTable
    let filters: [any DogeFilter]
    let settings: DogeSettings
    let logger: Logger
    let mismatch: MismatchHelp
    /// How many calls of one connection may be in progress at once.
    let limit: Int
    let writers = WriterPool()

    /// A protocol with the methods of `service`; tests of services make their own.
    public convenience init(_ service: DogeService, filters: [any DogeFilter] = []) {
        self.init(service, filters: filters, settings: DogeSettings())
    }

    convenience init(
        _ service: DogeService, filters: [any DogeFilter] = [], settings: DogeSettings,
        logger: Logger = Logger(label: "doge"), mismatch: MismatchHelp = MismatchHelp(spoken: "MessagePack-RPC")
    ) {
        self.init(DogeMethodTable(service.methods.values), filters, settings, logger, mismatch, limit: 1)
    }

    private init(
        _ methods: DogeMethodTable, _ filters: [any DogeFilter], _ settings: DogeSettings, _ logger: Logger,
        _ mismatch: MismatchHelp, limit: Int
    ) {
        self.methods = methods
        self.filters = filters
        self.settings = settings
        self.logger = logger
        self.mismatch = mismatch
        self.limit = limit
    }

    /// The protocol as configuration describes it.
    convenience init(_ context: ProtocolContext, _ service: DogeService, filters: [any DogeFilter]) throws {
        let settings = try DogeSettings.section.settings(from: context.section)
        self.init(service, filters: filters, settings: settings, logger: context.logger, mismatch: context.mismatch)
    }

    /// The same protocol with up to `doge.max_concurrent_calls` calls of a connection in progress at once.
    public var overlapping: DogeProtocol {
        DogeProtocol(methods, filters, settings, logger, mismatch, limit: settings.maxConcurrentCalls)
    }

    /// A whole message must fit, however small its limit.
    public var inputLimit: Int { max(settings.maxMessage, 65_536) }

    /// Answers short calls and starts the others.
    public func step(_ connection: Connection) -> Step {
        withSession(of: connection) { $0.step() }
    }

    /// Answers calls that have ended, and keeps their deadlines.
    public func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
        withSession(of: connection) { $0.notice(occasion) }
    }

    /// Is never called, as no step leaves anything to the connection's task: long calls have tasks of their own.
    public func serveMessage(_ connection: Connection) async throws -> Next { .rest }

    /// Between two calls a connection has nothing to remember, and costs no more than its socket.
    private func withSession(of connection: Connection, _ body: (inout DogeSession) -> Step) -> Step {
        guard let kept = connection.protocolState as? DogeSession.Kept else {
            var session = DogeSession(connection, self, writers.take())
            let step = body(&session)
            if session.isDone(step) {
                writers.give(session.writer)
            } else {
                connection.protocolState = DogeSession.Kept(session)
            }
            return step
        }
        let step = body(&kept.session)
        if kept.session.isDone(step) {
            connection.protocolState = nil
            writers.give(kept.session.writer)
        }
        return step
    }
}
