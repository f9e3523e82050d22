// What all workers of an application share: read much, written never, and expensive to load.

extension ApplicationDefinition {
    /// An application called `name` that is made from something its workers share.
    ///
    /// `load` usually runs in each worker, just before `make`. With `preload_app` it runs once, in the arbiter, before
    /// the first fork, and workers share the memory of what it returns as long as none writes to it. There it runs as
    /// who the arbiter is, and may start no thread, task or Dispatch; docs/FORK_SAFETY.md says why. A reload keeps what
    /// was loaded, an upgrade loads anew.
    public init<Handler, Shared: Sendable>(
        _ name: String, summary: String = "", kind: ApplicationKind<Handler>,
        sharing load: @escaping @Sendable () throws -> Shared,
        make: @escaping @Sendable (Shared, WorkerIdentity) throws -> Handler
    ) {
        self.init(name, summary: summary, kind: kind) { worker in try make(try load(), worker) }
        preload = {
            let shared = try load()
            return ApplicationDefinition(name, summary: summary, kind: kind) { worker in
                try make(shared, worker)
            }
        }
    }
}

/// What an application's workers were to share could not be loaded.
package struct PreloadFailure: Error, CustomStringConvertible {
    package let application: String
    package let reason: String

    package init(_ application: String, _ error: any Error) {
        self.application = application
        reason = "\(error)"
    }

    package var description: String { "cannot preload the application '\(application)': \(reason)" }
}
