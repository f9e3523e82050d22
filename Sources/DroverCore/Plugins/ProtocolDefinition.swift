public import Logging

/// A protocol that a listener can speak.
public struct ProtocolDefinition: Sendable {
    /// Its name in the configuration.
    public let name: String
    /// One line for `--help` and error messages.
    public let summary: String
    /// Whether it serves an application, so that `app` must name one.
    public let needsApplication: Bool
    /// What its applications have to be; nil for a protocol that can serve all.
    ///
    /// It can serve those with the same ``ApplicationDefinition/interface``, and those that have none.
    public let interface: String?
    /// The application it serves where `app` names none; nil for the first that it can serve.
    public let defaultApplication: String?
    /// What it is called where peers negotiate it through the transport (ALPN), the best first.
    public let negotiatedNames: [String]
    /// How long its connections may be idle, read from its plugin's section; nil where `keepalive` counts.
    ///
    /// The core asks it once for each listener and generation: workers end connections by it, and `ctl listeners` shows
    /// it. Zero is no limit.
    public let idle: (@Sendable (SettingsNode) throws -> Duration)?
    /// How its clients are known when they come to a listener that speaks something else; nil for those that are not.
    public let signature: ClientSignature?
    /// Makes it, once a worker and listener, in the worker.
    public let make: @Sendable (ProtocolContext) throws -> any ServerProtocol

    /// A protocol called `name`.
    public init(
        _ name: String, summary: String = "", needsApplication: Bool = false, interface: String? = nil,
        defaultApplication: String? = nil, negotiatedNames: [String] = [],
        idle: (@Sendable (SettingsNode) throws -> Duration)? = nil, signature: ClientSignature? = nil,
        make: @escaping @Sendable (ProtocolContext) throws -> any ServerProtocol
    ) {
        self.name = name
        self.summary = summary
        self.needsApplication = needsApplication
        self.interface = interface
        self.defaultApplication = defaultApplication
        self.negotiatedNames = negotiatedNames
        self.idle = idle
        self.signature = signature
        self.make = make
    }

    /// What peers call it that choose between several; one that says nothing about that goes by its own name.
    package var choosableNames: [String] { negotiatedNames.isEmpty ? [name] : negotiatedNames }
}

/// What a protocol is made from.
public struct ProtocolContext: Sendable {
    /// The application the listener names, as its definition made it; nil when it names none.
    public let application: (any Sendable)?
    /// The application's name.
    public let applicationName: String
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
        application: (any Sendable)? = nil, applicationName: String = "", section: SettingsNode = .empty,
        worker: WorkerIdentity, logger: Logger
    ) {
        self.application = application
        self.applicationName = applicationName
        self.section = section
        self.worker = worker
        self.logger = logger
        mismatch = MismatchHelp(spoken: "")
        accessLog = nil
        pacer = { _ in NoticePacer() }
    }

    package init(
        application: (any Sendable)?, applicationName: String, section: SettingsNode, worker: WorkerIdentity,
        logger: Logger, mismatch: MismatchHelp, accessLog: AccessLog?,
        pacer: @escaping @Sendable (String) -> NoticePacer
    ) {
        self.application = application
        self.applicationName = applicationName
        self.section = section
        self.worker = worker
        self.logger = logger
        self.mismatch = mismatch
        self.accessLog = accessLog
        self.pacer = pacer
    }
}
