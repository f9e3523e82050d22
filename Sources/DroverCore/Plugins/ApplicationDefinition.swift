/// An application that a protocol can serve: an HTTP handler, a set of methods.
public struct ApplicationDefinition: Sendable {
    /// Its name in the configuration.
    public let name: String
    /// One line for `--help` and error messages.
    public let summary: String
    /// What it is to who calls it, by a name of the plugins' choice; nil for one that every protocol may be given.
    ///
    /// The configuration lets a protocol call only what has its own ``ProtocolDefinition/interface``.
    public let interface: String?
    /// Whether it is made from the plugin's section of the configuration too.
    package let hasSettings: Bool
    /// Makes it, once a worker, after the fork: it may start threads and tasks, open files and connect to others.
    ///
    /// The worker is ready when it returns; when it throws, the worker has failed to boot.
    public let make: @Sendable (ApplicationContext) throws -> any Sendable
    /// Loads what its workers share, and gives the same application with that; nil when they share nothing.
    package internal(set) var preload: (@Sendable () throws -> ApplicationDefinition)?

    /// An application called `name`.
    public init(
        _ name: String, summary: String = "", interface: String? = nil,
        make: @escaping @Sendable (WorkerIdentity) throws -> any Sendable
    ) {
        self.init(name, summary, interface, hasSettings: false) { context in try make(context.worker) }
    }

    private init(
        _ name: String, _ summary: String, _ interface: String?, hasSettings: Bool,
        _ make: @escaping @Sendable (ApplicationContext) throws -> any Sendable
    ) {
        self.name = name
        self.summary = summary
        self.interface = interface
        self.hasSettings = hasSettings
        self.make = make
    }

    /// An application called `name` that is made from its plugin's section of the configuration.
    ///
    /// Listeners with sections of their own get applications of their own.
    public static func configured(
        _ name: String, summary: String = "", interface: String? = nil,
        make: @escaping @Sendable (ApplicationContext) throws -> any Sendable
    ) -> ApplicationDefinition {
        ApplicationDefinition(name, summary, interface, hasSettings: true, make)
    }
}
