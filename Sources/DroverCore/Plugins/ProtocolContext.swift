public import Logging

/// What a protocol is made from.
public struct ProtocolContext: Sendable {
    /// The plugin's part of the configuration file, or an empty mapping.
    public let section: SettingsNode
    /// The worker it is made in.
    public let worker: WorkerIdentity
    /// The worker's logger.
    public let logger: Logger
    /// What to ask about clients that make no sense.
    public let mismatch: MismatchHelp
    /// Where to say what was asked and answered; nil when nobody wants to know.
    package let accessLog: AccessLog?
    /// What lets a line into the log once a minute, for all workers that serve the listener.
    package let pacer: @Sendable (_ notice: String) -> NoticePacer

    /// A context; tests make their own.
    public init(
        section: SettingsNode = .empty, worker: WorkerIdentity, logger: Logger
    ) {
        self.section = section
        self.worker = worker
        self.logger = logger
        mismatch = MismatchHelp(spoken: "")
        accessLog = nil
        pacer = { _ in NoticePacer() }
    }

    package init(
        section: SettingsNode, worker: WorkerIdentity, logger: Logger, mismatch: MismatchHelp, accessLog: AccessLog?,
        pacer: @escaping @Sendable (String) -> NoticePacer
    ) {
        self.section = section
        self.worker = worker
        self.logger = logger
        self.mismatch = mismatch
        self.accessLog = accessLog
        self.pacer = pacer
    }
}
