import DroverSystem
import Glibc

/// What a test cannot do in its own process: become a daemon, take sockets from a service manager.
@main
enum DroverProcesses {
    static func main() throws {
        // Whatever becomes of the test, nothing of it stays.
        alarm(60)
        let words = CommandLine.arguments.dropFirst()
        switch words.first {
        case "daemon": try becomeDaemon(words.dropFirst().first ?? "")
        case "sockets": try takeSockets()
        case "give-away": try giveAway(from: words.dropFirst().first, to: words.last)
        case "flood": try flood(as: words.last)
        default: fatalError("unknown experiment")
        }
    }

    private static func becomeDaemon(_ outcome: String) throws {
        if outcome == "thread" { try NativeThread.start(name: "left-running") { while true { pause() } } }
        let report: DaemonReport
        do {
            report = try Daemon.detach()
        } catch {
            StandardStreams.write("\(error)\n", to: .error)
            exitImmediately(4)
        }
        alarm(60)
        switch outcome {
        case "start":
            try replaceFile("pid", with: "\(currentProcess)")
            while access("go", F_OK) != 0 { pauseThread(milliseconds: 2) }
            StandardStreams.write("starting\n", to: .error)
            report.started()
            report.failed("too late", status: 9)
            StandardStreams.write("nobody reads this\n", to: .error)
            try replaceFile("running", with: "yes")
            while true { pause() }
        case "fail":
            report.failed("cannot listen on :80: permission denied", status: 7)
            exitImmediately(0)
        default: exitImmediately(0)
        }
    }

    private static func takeSockets() throws {
        for socket in try ActivatedSocket.take() {
            print(socket.descriptor, socket.name, fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC)
        }
        print("left:", ProcessEnvironment.all().keys.filter { $0.hasPrefix("LISTEN_") }.count)
    }

    private static func flood(as user: String?) throws {
        try Credentials(user: user, group: nil).assume()
        var file = try AppendFile(duplicating: 2)
        let line = Array((String(repeating: "x", count: 99) + "\n").utf8)
        var lost = 0
        for _ in 0..<5_000 { lost += file.append(line) }
        print("lost", lost, file.mayWait)
    }

    private static func giveAway(from user: String?, to owner: String?) throws {
        try Credentials(user: user, group: nil).assume()
        do {
            _ = try ListeningSocket(bind: .unix("socket"), backlog: 8, owner: Credentials(user: owner, group: nil))
        } catch {
            StandardStreams.write("\(error)\n", to: .error)
            exitImmediately(5)
        }
    }
}
