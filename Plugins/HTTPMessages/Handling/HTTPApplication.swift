public import DroverCore

/// A handler under a name that configuration can choose.
public struct HTTPApplication: Sendable {
    /// The same as the core takes it.
    public let definition: ApplicationDefinition

    /// The name that `app:` and `--app` know it by.
    public var name: String { definition.name }
    /// What it does, in a few words.
    public var summary: String { definition.summary }

    /// An application that is built in each worker, after the fork; so it may open files and start threads.
    ///
    /// - Parameters:
    ///   - name: The name in configuration.
    ///   - summary: What it does, in a few words.
    ///   - make: Builds the handler; what it throws stops the worker from starting.
    public init(
        _ name: String, summary: String = "", _ make: @escaping @Sendable (WorkerIdentity) throws -> any HTTPHandler
    ) {
        definition = ApplicationDefinition(name, summary: summary, kind: .http, make: make)
    }

    /// An application whose workers share something that is expensive to load.
    ///
    ///     HTTPApplication("shop", sharing: { try Catalogue(path: "catalogue") }) { catalogue, worker in
    ///         ShopHandler(catalogue)
    ///     }
    ///
    /// With `preload_app` it is loaded once, in the arbiter, which may not start threads on the way; otherwise in each
    /// worker. See `ApplicationDefinition`.
    ///
    /// - Parameters:
    ///   - name: The name in configuration.
    ///   - summary: What it does, in a few words.
    ///   - load: Loads what is shared.
    ///   - make: Builds the handler, in each worker, after the fork.
    public init<Shared: Sendable>(
        _ name: String, summary: String = "", sharing load: @escaping @Sendable () throws -> Shared,
        _ make: @escaping @Sendable (Shared, WorkerIdentity) throws -> any HTTPHandler
    ) {
        definition = ApplicationDefinition(name, summary: summary, kind: .http, sharing: load, make: make)
    }
}

extension ApplicationKind where Handler == any HTTPHandler {
    /// Applications that answer HTTP requests, whichever protocol brings these.
    public static var http: Self { Self("http") }
}
