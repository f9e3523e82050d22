public import Drover

/// MessagePack-RPC, as doge's clients speak it, on one listener of one worker.
///
/// Under any worker class it answers one call after another. `DogeWorker` lets it answer several at a time.
public final class DogeProtocol: ServerProtocol {
    let methods: DogeMethodTable
    let filters: [any DogeFilter]
    let settings: DogeSettings
    let logger: Logger
    let mismatch: MismatchHelp
    // Only what the loop serves at once writes here, and there it is alone.
    private let scratch = Scratch()

    /// A connection between two calls has nothing to remember.
    public let restsBetweenMessages = true
    /// Short methods need no task.
    public let servesAtOnce = true

    /// A protocol with the methods of `service`; tests of services make their own.
    public convenience init(_ service: DogeService, filters: [any DogeFilter] = []) {
        self.init(service, filters: filters, settings: DogeSettings())
    }

    init(
        _ service: DogeService, filters: [any DogeFilter] = [], settings: DogeSettings,
        logger: Logger = Logger(label: "doge"), mismatch: MismatchHelp = MismatchHelp(spoken: "MessagePack-RPC")
    ) {
        methods = DogeMethodTable(service.methods.values)
        self.filters = filters
        self.settings = settings
        self.logger = logger
        self.mismatch = mismatch
    }

    /// The protocol as configuration describes it.
    convenience init(_ context: ProtocolContext, _ service: DogeService, filters: [any DogeFilter]) throws {
        let settings = try DogeSettings.section.settings(from: context.section)
        self.init(service, filters: filters, settings: settings, logger: context.logger, mismatch: context.mismatch)
    }

    /// Answers calls of short methods that have come whole.
    public func serveAtOnce(_ connection: Connection) -> ServedAtOnce {
        var framer: MessagePackFramer?
        while connection.bufferedCount > 0 {
            switch step(connection, &framer, &scratch.writer, atOnce: true) {
            case .reply: put(scratch.writer, into: connection)
            case .silence: continue
            case .refusal:
                put(scratch.writer, into: connection)
                connection.lingerAtEnd()
                return .last
            case .stranger: return .last
            case .nothing, .long, .begun: return .part
            }
            if connection.pendingOutput > DogeSession.gatheredOutput { return .part }
        }
        return .everything
    }

    /// Serves one call after another.
    public func serve(_ connection: Connection) async throws {
        try await converse(connection, calls: 1)
    }

    /// Serves up to `calls` at a time.
    func converse(_ connection: Connection, calls: Int) async throws {
        let session = DogeSession(connection, self, limit: calls)
        do {
            try await session.run()
        } catch {
            await session.abandon()
            throw error
        }
        await session.abandon()
    }

    func put(_ writer: MessagePackWriter, into connection: Connection) {
        connection.withOutput(reserving: writer.bytes.count) { $0.append(bytes: writer.bytes.span.bytes) }
    }

    private final class Scratch: @unchecked Sendable {
        @exclusivity(unchecked) var writer = MessagePackWriter()
    }
}
