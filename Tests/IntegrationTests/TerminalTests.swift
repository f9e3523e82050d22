import DroverTestSupport
import Glibc
import Testing

/// A server that was started at a terminal, which closes.
@Suite struct TerminalTests {
    /// How the server comes to be there.
    enum Start: String, CaseIterable {
        /// It leads the session, as with `ssh -t host drover`.
        case leader
        /// As a job of an interactive shell in the background.
        case job
        /// With nohup(1).
        case outliving
        /// With `--daemon`.
        case daemon
    }

    private let directory = TemporaryDirectory()

    /// Starts a lab at a terminal, waits until it is ready and closes the terminal.
    private func closeTerminal(_ start: Start) throws -> pid_t {
        let script = """
            import os, pty, signal, sys, time
            start, lab = sys.argv[1], sys.argv[2]
            line = lab + " -b 127.0.0.1:0 --error-logfile lab.log --pid lab.pid"
            if start == "daemon": line += " --daemon"
            shell = start == "job"
            child, master = pty.fork()
            if child == 0:
                if start == "outliving": signal.signal(signal.SIGHUP, signal.SIG_IGN)
                os.execv("/bin/bash", ["bash", "--norc", "-i"] if shell else ["bash", "-c", "exec " + line])
            if shell: os.write(master, (line + " &\\n").encode())
            end = time.time() + 20
            while time.time() < end:
                try:
                    if "event=worker_ready" in open("lab.log").read(): break
                except FileNotFoundError: pass
                time.sleep(0.01)
            os.close(master)
            """
        let program = SpawnedServer(
            path: "/usr/bin/env", ["python3", "-c", script, start.rawValue, "\(SpawnedServer.products)/drover-lab"],
            in: directory)
        #expect(program.waitForExit(within: 30) == 0, "\(program.log)")
        let line = directory.read("lab.log").split(separator: "\n").first { $0.contains("event=starting") } ?? ""
        return try #require(SpawnedServer.value("pid", in: String(line)).flatMap { pid_t($0) })
    }

    @Test(arguments: [Start.leader, .job])
    func closingTheTerminalStopsTheServer(start: Start) throws {
        let arbiter = try closeTerminal(start)
        defer { kill(arbiter, SIGKILL) }
        #expect(eventually { directory.read("lab.log").contains("event=stopped") }, "\(directory.read("lab.log"))")
        #expect(eventually { !SpawnedServer.isAlive(arbiter) })
        #expect(directory.read("lab.log").contains("event=terminal_closed"))
        #expect(!directory.read("lab.log").contains("event=reload"))
        #expect(!TemporaryDirectory.entries(of: directory.path).contains("lab.pid"))
    }

    @Test func serverThatIsToOutliveItsTerminalDoesAndStillObeys() throws {
        let arbiter = try closeTerminal(.outliving)
        defer { kill(arbiter, SIGKILL) }
        kill(arbiter, SIGHUP)
        #expect(eventually { directory.read("lab.log").contains("event=reloaded") }, "\(directory.read("lab.log"))")
        // And what it is upgraded to likewise.
        kill(arbiter, SIGUSR2)
        #expect(eventually { !SpawnedServer.isAlive(arbiter) })
        let young = try #require(directory.waitForPID("lab.pid"))
        defer { kill(young, SIGKILL) }
        let status = TemporaryDirectory.content(of: "/proc/\(young)/status") ?? ""
        let ignored = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }?.split(separator: "\t").last
        #expect(ignored.flatMap { UInt64($0, radix: 16) }.map { $0 & 1 } == 1)
        #expect(!directory.read("lab.log").contains("event=terminal_closed"))
        kill(young, SIGTERM)
        #expect(eventually { !SpawnedServer.isAlive(young) })
    }

    /// It has no terminal that could close, so a hang-up is always a command.
    @Test func daemonOutlivesTheTerminalThatItWasStartedAt() throws {
        let arbiter = try closeTerminal(.daemon)
        defer { kill(arbiter, SIGKILL) }
        #expect(directory.waitForPID("lab.pid") == arbiter)
        kill(arbiter, SIGHUP)
        #expect(eventually { directory.read("lab.log").contains("event=reloaded") }, "\(directory.read("lab.log"))")
        #expect(!directory.read("lab.log").contains("event=terminal_closed"))
        kill(arbiter, SIGTERM)
        #expect(eventually { !SpawnedServer.isAlive(arbiter) })
        #expect(directory.read("lab.log").contains("event=stopped"))
    }
}
