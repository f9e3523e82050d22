public import Logging

/// A child process beside the workers that serves nobody: it exports metrics, or keeps an entry in a registry alive.
///
/// The arbiter starts one of it with the workers, restarts it when it ends, replaces it at a reload, and lets it go after
/// the last worker. See `Plugin.companions`.
public struct CompanionDefinition: Sendable {
    /// Its name, for the process title and the log.
    public let name: String
    /// One line that says what it is for.
    public let summary: String
    /// What it does, until its task is cancelled; it then has `graceful_timeout` to return.
    ///
    /// It runs on the process's one loop, like a handler of the `async` worker class: what blocks it for longer than
    /// `timeout` counts as a hang. If it throws, the process ends with status 1.
    public let run: @Sendable (CompanionContext) async throws -> Void

    /// A companion called `name`.
    public init(
        _ name: String, summary: String = "", run: @escaping @Sendable (CompanionContext) async throws -> Void
    ) {
        self.name = name
        self.summary = summary
        self.run = run
    }
}

/// What a companion works with.
public struct CompanionContext: Sendable {
    /// Its process; companions have the slots from -1 down.
    public let identity: WorkerIdentity
    /// Its logger.
    public let logger: Logger
    /// Its plugin's part of the configuration file, with every default filled in; empty when the plugin has none.
    public let section: SettingsNode

    /// A context; tests make their own.
    public init(identity: WorkerIdentity, logger: Logger, section: SettingsNode = .empty) {
        self.identity = identity
        self.logger = logger
        self.section = section
    }
}
