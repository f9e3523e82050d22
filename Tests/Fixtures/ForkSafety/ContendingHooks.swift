import Drover
import Glibc

/// Hooks that contend for a lock, on the thread that a hook of an aborted worker runs on.
struct ContendingHooks: ServerHooks {
    func workerAbort(_ worker: WorkerIdentity) {
        let contention = Contention()
        contention.run()
        let line = "aborted after \(contention.count)\n"
        write(STDERR_FILENO, line, line.utf8.count)
    }
}

/// Says something and hangs.
struct Hang: ServerProtocol {
    func serve(_ connection: Connection) async throws {
        try await connection.write("hanging\n")
        try await connection.flush()
        while true { pause() }
    }
}
