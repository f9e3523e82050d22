package import DroverCore
internal import DroverSystem
internal import Logging

/// The life of a worker process, from the fork to its exit.
package enum WorkerMain {
    /// Runs the worker on a thread of its own and ends the process with it.
    ///
    /// The thread that forked carries state that names a thread of the arbiter, such as the id that Swift's locks
    /// remember; threads made after the fork have none. So it makes another and is done. See docs/FORK_SAFETY.md.
    package static func run(_ launch: WorkerLaunch, registry: WorkerRegistry) -> Never {
        WorkerSignals.blockedBesideTheWorker.block()
        ignoreBrokenPipes()
        launch.scoreboard.row(launch.row).setPID(launch.identity.pid)
        do {
            // While there is one thread and none of the user's code has run.
            try launch.credentials?.assume()
            try NativeThread.moveOn(name: "watch-\(launch.identity.slot)") { watch(launch, registry) }
        } catch {
            giveUp(launch, error)
        }
    }

    /// Starts the worker's own thread, and waits for what that one may be too stuck to see.
    private static func watch(_ launch: WorkerLaunch, _ registry: WorkerRegistry) -> Never {
        do {
            try NativeThread.start(name: "worker-\(launch.identity.slot)") {
                // SIGABRT finds this thread, and the backtrace shows what it is stuck in.
                WorkerSignals.blocked.block()
                exitImmediately(body(launch, registry))
            }
        } catch {
            giveUp(launch, error)
        }
        AbortWatch.run(launch)
        OrphanWatch.run(lifeline: launch.lifeline)
    }

    private static func giveUp(_ launch: WorkerLaunch, _ error: any Error) -> Never {
        launch.logs.logger.event(.warning, "worker_boot_failed", ["slot": launch.identity.slot, "error": "\(error)"])
        exitImmediately(WorkerExit.failedToBoot)
    }

    private static func body(_ launch: WorkerLaunch, _ registry: WorkerRegistry) -> Int32 {
        launch.runHook("postFork") { try $0.postFork(launch.identity) }
        defer { launch.runHook("workerExit") { try $0.workerExit(launch.identity) } }
        let worker: any WorkerClass
        do {
            let format = try AccessFormat(launch.settings.logging.accessFormat)
            let accessLog = launch.logs.access.map {
                AccessLog(sink: $0, format: format, logger: launch.logs.logger)
            }
            let streams = StreamLoop.ofWorker()
            streams.becomeCurrent()
            let assembly = WorkerAssembly(registry: registry, launch: launch, accessLog: accessLog, streams: streams)
            let context = WorkerContext(
                launch, listeners: try assembly.listeners(), accessLog: accessLog, streams: streams)
            let slot = launch.identity.slot
            worker = slot < 0 ? try assembly.companion(slot: slot, context) : try assembly.workerClass(context)
            launch.runHook("postWorkerInit") { try $0.postWorkerInit(launch.identity) }
        } catch {
            // The arbiter decides whether this is the end, and then says so once, as an error.
            launch.logs.logger.event(
                .warning, "worker_boot_failed",
                ["slot": launch.identity.slot, "pid": launch.identity.pid, "error": "\(error)"])
            return WorkerExit.failedToBoot
        }
        do {
            try worker.run()
        } catch {
            launch.logs.logger.event(.error, "worker_failed", ["slot": launch.identity.slot, "error": "\(error)"])
            return WorkerExit.failed
        }
        return WorkerExit.stopped
    }
}
