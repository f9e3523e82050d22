/// A protocol that a listener can speak.
public struct ProtocolDefinition: Sendable {
    /// Its name in the configuration.
    public let name: String
    /// One line for `--help` and error messages.
    public let summary: String
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
    /// What its applications are; nil for a protocol that calls none.
    package let kind: ApplicationKindID?
    /// Makes it with its boxed application, once a worker and listener, in the worker.
    package let make: @Sendable (ProtocolContext, (any Sendable)?) throws -> any ServerProtocol

    /// A protocol called `name` that needs no application.
    ///
    /// `make` runs once a worker and listener, in the worker; when it throws, the worker has failed to boot.
    public init(
        _ name: String, summary: String = "", negotiatedNames: [String] = [],
        idle: (@Sendable (SettingsNode) throws -> Duration)? = nil, signature: ClientSignature? = nil,
        make: @escaping @Sendable (ProtocolContext) throws -> any ServerProtocol
    ) {
        self.init(name, summary, nil, nil, negotiatedNames, idle, signature) { context, _ in try make(context) }
    }

    /// A protocol called `name` that serves applications of one kind, such as `.http`; `app` of a listener names one.
    ///
    /// `make` runs once a worker and listener, in the worker, with the application that the listener names; when it
    /// throws, the worker has failed to boot.
    public init<Handler>(
        _ name: String, summary: String = "", calling kind: ApplicationKind<Handler>,
        defaultApplication: String? = nil, negotiatedNames: [String] = [],
        idle: (@Sendable (SettingsNode) throws -> Duration)? = nil, signature: ClientSignature? = nil,
        make: @escaping @Sendable (ProtocolContext, Handler) throws -> any ServerProtocol
    ) {
        self.init(name, summary, kind.id, defaultApplication, negotiatedNames, idle, signature) {
            context, application in
            guard let box = application as? ApplicationBox<Handler> else {
                fatalError("the protocol '\(name)' was given an application that is no \(Handler.self)")
            }
            return try make(context, box.handler)
        }
    }

    private init(
        _ name: String, _ summary: String, _ kind: ApplicationKindID?, _ defaultApplication: String?,
        _ negotiatedNames: [String], _ idle: (@Sendable (SettingsNode) throws -> Duration)?,
        _ signature: ClientSignature?,
        make: @escaping @Sendable (ProtocolContext, (any Sendable)?) throws -> any ServerProtocol
    ) {
        self.name = name
        self.summary = summary
        self.kind = kind
        self.defaultApplication = defaultApplication
        self.negotiatedNames = negotiatedNames
        self.idle = idle
        self.signature = signature
        self.make = make
    }

    /// What peers call it that choose between several; one that says nothing about that goes by its own name.
    package var choosableNames: [String] { negotiatedNames.isEmpty ? [name] : negotiatedNames }
}
