import Drover
import Glibc
import Synchronization

/// A server that does before the fork what a careless user might do, so that tests can see what comes of it.
///
/// `FIXTURE=mutex` uses `Synchronization.Mutex` in the arbiter; every connection then makes two threads of the worker
/// contend for one. `FIXTURE=thread` leaves a thread running when the workers are forked.
@main
enum DroverForkSafety {
    static let usedBeforeFork = Mutex(0)

    static func main() {
        switch getenv("FIXTURE").map({ String(cString: $0) }) {
        case "mutex": usedBeforeFork.withLock { $0 += 1 }
        case "thread": leaveThreadRunning()
        default: break
        }
        Server(.serving("contend") { Contend() }, .serving("hang") { Hang() }, hooks: ContendingHooks()).run()
    }

    private static func leaveThreadRunning() {
        var thread = pthread_t()
        // A new thread has the name of the one that made it.
        if let file = fopen("/proc/self/comm", "w") {
            fputs("left-running", file)
            fclose(file)
        }
        pthread_create(&thread, nil, { _ in while true { pause() } }, nil)
    }
}

/// Answers each connection with how often two threads together got through a contended lock.
struct Contend: ServerProtocol {
    func serve(_ connection: Connection) async throws {
        let contention = Contention()
        contention.run()
        try await connection.write("\(contention.count)\n")
    }
}
