internal import DroverCore

/// Runs a companion as a worker is run: on a loop that takes turns, hears signals and notices the arbiter's death.
final class CompanionWorker: LoopWorker {
    private let companion: CompanionDefinition
    private let companionContext: CompanionContext

    init(
        _ context: WorkerContext, _ companion: CompanionDefinition, section: SettingsNode, listeners: [ListenerAddress]
    ) throws {
        self.companion = companion
        let saysReady = companion.presence == .whileReady
        companionContext = CompanionContext(
            identity: context.identity, logger: context.logger, section: section, listeners: listeners
        ) {
            if saysReady, context.row.state == .starting { context.becomeReady() }
        }
        try super.init(context)
    }

    required init(_ context: WorkerContext) throws {
        preconditionFailure("a companion is not a worker class that a configuration can choose")
    }

    override func makeLoop() throws -> EventLoop {
        try CompanionLoop(context, for: self, saysReady: companion.presence == .whileReady)
    }

    override func run() throws {
        let loop = try CompanionLoop(context, for: self, saysReady: companion.presence == .whileReady)
        loop.start { [companion, companionContext] in try await companion.run(companionContext) }
        try loop.run()
        if let failure = loop.failure { throw failure }
    }
}

/// A loop with one task and no connections.
final class CompanionLoop: EventLoop, @unchecked Sendable {
    private let saysReady: Bool
    private var task: Task<Void, Never>?
    private var hasEnded = false
    /// What the companion threw, unless it had been told to go.
    private(set) var failure: (any Error)?

    /// A loop that reports to the arbiter as it starts, unless the companion says itself when it is ready.
    init(_ context: WorkerContext, for worker: LoopWorker, saysReady: Bool) throws {
        self.saysReady = saysReady
        try super.init(context, for: worker)
    }

    /// Puts the companion's work on the loop.
    func start(_ body: @escaping @Sendable () async throws -> Void) {
        task = Task(executorPreference: executor) { [self] in
            do { try await body() } catch { if !isDraining { failure = error } }
            hasEnded = true
        }
    }

    override func becomeReady() {
        if !saysReady { super.becomeReady() }
    }

    override var isFinished: Bool { hasEnded }

    override func finishWork() {
        task?.cancel()
    }
}
