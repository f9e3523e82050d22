public import Logging

/// What a protocol is made from: all that the core has for it besides its connections.
public struct ProtocolContext: Sendable {
    /// The plugin's part of the configuration file, as it counts for the listener; an empty mapping when it has none.
    public let section: SettingsNode
    /// The worker it is made in.
    public let worker: WorkerIdentity
    /// The worker's logger; ``Logging/Logger/event(_:_:_:)`` is for lines that tools look for.
    public let logger: Logger
    /// What to ask about clients that make no sense.
    public let mismatch: MismatchHelp
    /// Where to say what was asked and answered; nil without the setting `accesslog`.
    public let accessLog: AccessLog?
    /// The pacer of a line about peers' mistakes, such as `pacer("wrong version")`: it lets one a minute into the log, for
    /// this listener in all workers together.
    ///
    /// Ask for it once, when the protocol is made: the same name is the same pacer, and there is room for 256 names in the
    /// whole server. Beyond that each worker has its own.
    public let pacer: @Sendable (_ notice: String) -> NoticePacer

    /// A context; tests make their own.
    public init(
        section: SettingsNode = .empty, worker: WorkerIdentity, logger: Logger,
        mismatch: MismatchHelp = MismatchHelp(spoken: ""), accessLog: AccessLog? = nil,
        pacer: @escaping @Sendable (_ notice: String) -> NoticePacer = { _ in NoticePacer() }
    ) {
        self.section = section
        self.worker = worker
        self.logger = logger
        self.mismatch = mismatch
        self.accessLog = accessLog
        self.pacer = pacer
    }
}
