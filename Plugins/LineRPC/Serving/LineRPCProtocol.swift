import DroverCore
import DroverLineRPCMessages
import DroverSignatures
import Logging

/// JSON-RPC 2.0 on one listener of one worker.
final class LineRPCProtocol: MessageProtocol {
    let methods: MethodTable
    let settings: LineRPCSettings
    let logger: Logger
    let mismatch: MismatchHelp
    private let framingNotice: NoticePacer

    /// A protocol that offers `methods`.
    init(
        methods: RPCMethods, settings: LineRPCSettings, logger: Logger,
        mismatch: MismatchHelp = MismatchHelp(spoken: "JSON-RPC"), framingNotice: NoticePacer = NoticePacer()
    ) {
        self.methods = MethodTable(methods)
        self.settings = settings
        self.logger = logger
        self.framingNotice = framingNotice
        // Who frames messages the other way is still a client of this protocol, and told what to change.
        self.mismatch = mismatch.leavingOut(ClientSignature.headerRPC.name)
    }

    /// The protocol as configuration describes it.
    ///
    /// - Throws: `SettingsIssue` for a section that makes no sense.
    convenience init(_ context: ProtocolContext, _ methods: RPCMethods) throws {
        self.init(
            methods: methods, settings: try LineRPCSettings.section.settings(from: context.section),
            logger: context.logger, mismatch: context.mismatch, framingNotice: context.pacer("framing"))
    }

    /// The longest message and what frames it.
    var inputLimit: Int { max(settings.maxLine + MessageFramer.longestHeader + 16, 65_536) }

    /// Answers short calls and starts the others.
    func step(_ connection: Connection) -> Step {
        withSession(of: connection) { $0.step() }
    }

    /// Sends what calls and others have left, and keeps the session's deadlines.
    func notice(_ occasion: Occasion, _ connection: Connection) -> Step {
        withSession(of: connection) { $0.notice(occasion) }
    }

    /// Is never called, as no step leaves anything to the connection's task: long calls have tasks of their own.
    func serveMessage(_ connection: Connection) async throws -> Next { .rest }

    private func withSession(of connection: Connection, _ body: (inout RPCSession) -> Step) -> Step {
        let keeper = keeper(of: connection)
        var session = RPCSession(connection, self, keeper.take())
        let step = body(&session)
        keeper.put(session.memory)
        return step
    }

    private func keeper(of connection: Connection) -> RPCSession.Keeper {
        if let state = connection.protocolState { return unsafeDowncast(state, to: RPCSession.Keeper.self) }
        let keeper = RPCSession.Keeper(connection, settings)
        connection.protocolState = keeper
        return keeper
    }

    /// Logs that a peer frames messages the other way.
    func noteFraming(_ framing: RPCFraming, _ connection: Connection) {
        guard let unsaid = framingNotice.count(at: connection.wallClock) else { return }
        logger.event(
            .info, "wrong_framing",
            ["peer": connection.peer, "bind": connection.local, "framing": framing.rawValue, "unsaid": unsaid])
    }
}
