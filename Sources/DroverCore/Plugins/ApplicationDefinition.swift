/// An application that a protocol can serve: an HTTP handler, a set of methods.
public struct ApplicationDefinition: Sendable {
    /// Its name in the configuration.
    public let name: String
    /// One line for `--help` and error messages.
    public let summary: String
    /// What it is; protocols can call applications of their own kind.
    package let kind: ApplicationKindID
    /// Whether it is made from the plugin's section of the configuration too.
    package let hasSettings: Bool
    /// Makes it in its box, once a worker, after the fork.
    package let make: @Sendable (ApplicationContext) throws -> any Sendable
    /// Loads what its workers share, and gives the same application with that; nil when they share nothing.
    package internal(set) var preload: (@Sendable () throws -> ApplicationDefinition)?

    /// An application called `name`.
    ///
    /// `make` runs once a worker, after the fork: it may start threads and tasks, open files and connect to others. The
    /// worker is ready when it returns; when it throws, the worker has failed to boot.
    public init<Handler>(
        _ name: String, summary: String = "", kind: ApplicationKind<Handler>,
        make: @escaping @Sendable (WorkerIdentity) throws -> Handler
    ) {
        self.init(name, summary, kind, hasSettings: false) { context in try make(context.worker) }
    }

    private init<Handler>(
        _ name: String, _ summary: String, _ kind: ApplicationKind<Handler>, hasSettings: Bool,
        _ make: @escaping @Sendable (ApplicationContext) throws -> Handler
    ) {
        self.name = name
        self.summary = summary
        self.kind = kind.id
        self.hasSettings = hasSettings
        self.make = { context in ApplicationBox(handler: try make(context)) }
    }

    /// An application called `name` that is made from its plugin's section of the configuration.
    ///
    /// Listeners with sections of their own get applications of their own.
    public static func configured<Handler>(
        _ name: String, summary: String = "", kind: ApplicationKind<Handler>,
        make: @escaping @Sendable (ApplicationContext) throws -> Handler
    ) -> ApplicationDefinition {
        ApplicationDefinition(name, summary, kind, hasSettings: true, make)
    }
}
