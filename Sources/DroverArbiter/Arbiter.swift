package import DroverCore
package import DroverSystem
internal import Logging

/// The process that owns the sockets and the herd.
package struct Arbiter: Sendable {
    private let settings: Settings
    private let credentials: Credentials?
    private let logs: ServerLogs
    private let name: String
    private let version: String
    private let body: WorkerBody

    // Rows for a herd as large as SIGTTIN can make it, and its successors while they overlap.
    private static let rows = 2048 + 64

    /// An arbiter that has done nothing yet.
    ///
    /// - Parameters:
    ///   - settings: What is in force for this run.
    ///   - credentials: Who the workers become; nil for who the arbiter is.
    ///   - logs: Where the arbiter and its workers write.
    ///   - name: What ps(1) and the log call it.
    ///   - version: The server's version, for the log.
    ///   - body: What each worker does.
    package init(
        settings: Settings, credentials: Credentials?, logs: ServerLogs, name: String, version: String,
        body: @escaping WorkerBody
    ) {
        self.settings = settings
        self.credentials = credentials
        self.logs = logs
        self.name = name
        self.version = version
        self.body = body
    }

    /// Binds, starts the herd, and keeps it until told to stop.
    ///
    /// - Returns: The exit code.
    /// - Throws: What keeps it from starting: `BindError`, `PIDFile.Taken`, `SystemError`.
    package func run() throws -> Int32 {
        let logger = logs.logger
        // Blocked first: a signal that comes while we start is read once the loop runs.
        ArbiterDescriptors.signals.block()
        ignoreBrokenPipes()
        let limit = DescriptorLimit.raise()
        ProcessTitle.prepare()
        ProcessTitle.set("\(name): arbiter")
        let listeners = try ListenerSet(settings.listeners)
        // After the sockets: of two starts at the same time only one gets here.
        let pidFile = settings.process.pidfile.map(PIDFile.init(path:))
        do {
            if let dead = try pidFile?.write() { logger.event(.info, "stale_pid_file", ["pid": dead]) }
        } catch {
            listeners.close()
            throw error
        }
        let spawner = WorkerSpawner(
            scoreboard: try Scoreboard(capacity: Self.rows), settings: settings, credentials: credentials,
            logs: logs, body: body, title: name)
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
        for listener in listeners.listeners {
            logger.event(
                .info, "listening",
                [
                    "address": listener.address, "protocol": listener.settings.protocolName,
                    "transport": listener.settings.transport, "app": listener.settings.application,
                ])
        }
        var loop = ArbiterLoop(
            spawner: spawner, listeners: listeners, descriptors: try ArbiterDescriptors(), pidFile: pidFile)
        return try loop.run()
    }
}
