package import DroverCore
package import DroverSystem
internal import Logging

/// The process that owns the sockets and the herd.
package struct Arbiter {
    private let source: any ConfigurationSource
    private let image: ProgramImage
    private let program: String
    private let version: String
    private let companions: [CompanionDefinition]
    private let hooks: HookRunner
    private let body: WorkerBody

    // Rows for two herds as large as SIGTTIN can make one, while one relieves the other.
    private static let rows = 2048 + 64

    /// An arbiter that has done nothing yet.
    ///
    /// - Parameters:
    ///   - source: The configuration, for this run and after each reload.
    ///   - image: How to start this program again, for an upgrade.
    ///   - program: The executable's name, which stands in for a name.
    ///   - version: The server's version, for the log.
    ///   - companions: The processes that are started beside the workers.
    ///   - hooks: The user's own code for the turning points.
    ///   - body: What each worker does.
    package init(
        source: any ConfigurationSource, image: ProgramImage, program: String, version: String,
        companions: [CompanionDefinition], hooks: HookRunner = HookRunner(), body: @escaping WorkerBody
    ) {
        self.source = source
        self.image = image
        self.program = program
        self.version = version
        self.companions = companions
        self.hooks = hooks
        self.body = body
    }

    /// Binds, starts the herd, and keeps it until told to stop.
    ///
    /// - Parameters:
    ///   - succession: What an earlier arbiter or systemd has left to this one.
    ///   - whenBound: Called when nothing can fail any more that would keep the server from starting, before the first
    ///     fork.
    /// - Returns: The exit code.
    /// - Throws: What keeps it from starting: `BindError`, `PIDFile.Taken`, `SystemError`.
    package func run(_ succession: consuming Succession, whenBound: () -> Void = {}) throws -> Int32 {
        let settings = source.current.settings
        let name = settings.process.name ?? program
        let startedAt = MonotonicClock.milliseconds()
        let logger = source.current.logs.logger
        // Blocked first: a signal that comes while we start is read once the loop runs.
        ArbiterDescriptors.signals.block()
        ignoreBrokenPipes()
        let limit = DescriptorLimit.raise()
        ProcessTitle.prepare()
        ProcessTitle.set("\(name): arbiter")
        hooks.runInArbiter("onStarting", logger) {
            try $0.onStarting(
                ArbiterInfo(pid: currentProcess, name: name, generation: 1, workers: settings.workers.count))
        }
        // What can fail comes before anything that would be left behind.
        let scoreboard = try Scoreboard(capacity: Self.rows)
        let descriptors = try ArbiterDescriptors()
        let listeners = try ListenerSet(
            settings.listeners, inherited: succession.sockets, elder: succession.elderID,
            owner: source.current.credentials)
        // After the sockets: of two starts at the same time only one gets here.
        let hasElder = succession.elder != nil
        let pidFile = settings.process.pidfile.map { PIDFile(path: $0, besideElder: hasElder) }
        let control: ControlSocket?
        do {
            if let outcome = try pidFile?.write() { report(outcome, logger) }
            control = try controlSocket(besideElder: hasElder, logger)
        } catch {
            pidFile?.remove()
            listeners.close(keepingNames: hasElder)
            throw error
        }
        logger.event(
            .info, "starting",
            [
                "name": name, "version": version, "pid": currentProcess, "workers": settings.workers.count,
                "worker_class": settings.workers.className,
            ])
        if settings.workers.connections + 64 > limit {
            logger.event(
                .warning, "descriptor_limit", ["limit": limit, "worker_connections": settings.workers.connections])
        }
        let spawner = WorkerSpawner(
            scoreboard: scoreboard, body: body, title: name, companions: companions, hooks: hooks)
        var loop = ArbiterLoop(
            ArbiterIdentity(name: name, version: version, startedAt: startedAt), spawner: spawner, source: source,
            image: image, listeners: listeners, descriptors: descriptors, succession: succession,
            pidFile: pidFile, control: control)
        for listener in listeners.listeners { loop.announce(listener) }
        for socket in listeners.unclaimed { loop.renounce(socket) }
        whenBound()
        return try loop.run()
    }

    private func report(_ outcome: PIDFile.Outcome, _ logger: Logger) {
        if let stale = outcome.stale { logger.event(.info, "stale_pid_file", ["pid": stale]) }
        if let failure = outcome.lockFailure { logger.event(.warning, "pid_file_unlocked", ["reason": failure]) }
    }

    private func controlSocket(besideElder: Bool, _ logger: Logger) throws -> ControlSocket? {
        // This process is in its folder by now, and a link that leads there may lead elsewhere when the name has to go.
        var process = source.current.settings.process
        process.chdir = nil
        let place = ControlSocketPath(
            process, program: program, environment: image.environment, user: effectiveUser,
            directory: ProcessEnvironment.currentDirectory())
        return try ControlSocket.open(place, suffix: besideElder ? ArbiterLoop.besideElder : "", logger: logger)
    }
}
