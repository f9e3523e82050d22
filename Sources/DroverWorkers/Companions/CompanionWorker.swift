internal import DroverCore

/// Runs a companion as a worker is run: on a loop that takes turns, hears signals and notices the arbiter's death.
final class CompanionWorker: WorkerClass {
    private let context: WorkerContext
    private let task: CompanionTask

    init(
        _ context: WorkerContext, _ companion: CompanionDefinition, section: SettingsNode, listeners: [ListenerAddress]
    ) throws {
        self.context = context
        let saysReady = companion.presence == .whileReady
        let companionContext = CompanionContext(
            identity: context.identity, logger: context.logger, section: section, listeners: listeners
        ) {
            if saysReady, context.row.state == .starting { context.becomeReady() }
        }
        task = CompanionTask(saysReady: saysReady) { try await companion.run(companionContext) }
    }

    required init(_ context: WorkerContext) throws {
        preconditionFailure("a companion is not a worker class that a configuration can choose")
    }

    func run() throws {
        try EventLoop(context, companion: task).run()
        if let failure = task.failure { throw failure }
    }
}
