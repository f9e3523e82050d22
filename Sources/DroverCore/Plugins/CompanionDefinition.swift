/// A child process beside the workers that serves no clients: it exports metrics, or keeps a registry's entry alive.
///
/// The arbiter starts it, restarts it when it ends, and replaces it at a reload; `presence` says what the workers are to
/// it. See `Plugin.companions`.
public struct CompanionDefinition: Sendable {
    /// Its name, for the process title and the log.
    public let name: String
    /// One line that says what it is for.
    public let summary: String
    /// When it is there.
    public let presence: CompanionPresence
    /// What it does, until its task is cancelled; it then has to return in time.
    ///
    /// It runs on the process's one loop, like a handler of the `async` worker class: what blocks it for longer than
    /// `timeout` counts as a hang. If it throws, the process ends with status 1.
    public let run: @Sendable (CompanionContext) async throws -> Void

    /// A companion called `name`.
    public init(
        _ name: String, summary: String = "", presence: CompanionPresence = .aroundWorkers,
        run: @escaping @Sendable (CompanionContext) async throws -> Void
    ) {
        self.name = name
        self.summary = summary
        self.presence = presence
        self.run = run
    }
}

/// When a companion is there.
public enum CompanionPresence: Sendable, Hashable {
    /// From the workers' start until the last of them has gone; it then has `graceful_timeout` to return.
    case aroundWorkers
    /// Only while the workers accept, as suits what tells the world about them.
    ///
    /// It is started when all workers are ready, and says with `CompanionContext.becomeReady()` that it has done its
    /// work. At a reload its predecessor goes after that. At a stop it goes first: the workers accept until it has
    /// returned, or for 3 s, which are a part of `graceful_timeout`.
    case whileReady
}
