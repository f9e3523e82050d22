internal import DroverSystem
package import Logging

/// Calls a server's hooks, and lets none of them do harm by throwing.
package struct HookRunner: Sendable {
    private let hooks: (any ServerHooks)?

    package init(_ hooks: (any ServerHooks)? = nil) {
        self.hooks = hooks
    }

    /// Whether there is nothing to call.
    package var isEmpty: Bool { hooks == nil }

    /// Calls the hook `name` through `body`; what it throws goes to the log.
    package func run(_ name: String, _ logger: Logger, _ body: (any ServerHooks) throws -> Void) {
        guard let hooks else { return }
        do {
            try body(hooks)
        } catch {
            logger.event(.error, "hook_failed", ["hook": name, "error": "\(error)"])
        }
    }

    /// The same in the arbiter, which cannot fork when the hook leaves threads behind; the log then names both.
    package func runInArbiter(_ name: String, _ logger: Logger, _ body: (any ServerHooks) throws -> Void) {
        guard hooks != nil else { return }
        let before = threadCensus().count
        run(name, logger, body)
        let threads = threadCensus()
        guard threads.count > before else { return }
        logger.event(
            .error, "hook_left_threads",
            [
                "hook": name, "threads": threads.joined(separator: ","),
                "hint": "no worker can be forked while they run; start them in postFork",
            ])
    }
}
