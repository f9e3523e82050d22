import DroverTestSupport
import Glibc
import Testing

@testable import DroverSystem

@Suite struct DaemonTests {
    /// The fields of /proc/PID/stat after the name: state, parent, group, session, terminal.
    private func fields(_ pid: pid_t) -> [Int] {
        let text = TemporaryDirectory.content(of: "/proc/\(pid)/stat") ?? ""
        return (text.split(separator: ")").last ?? "").split(separator: " ").dropFirst().map { Int($0) ?? -1 }
    }

    @Test func daemonHasNeitherTerminalNorParentAndReportsItsStart() throws {
        let starter = SpawnedServer("DroverProcesses", ["daemon", "start"])
        let directory = starter.directory
        try #require(eventually { !directory.read("pid").isEmpty })
        let daemon = try #require(pid_t(directory.read("pid")))
        defer { kill(daemon, SIGKILL) }
        #expect(starter.waitForExit(within: 0.1) == nil, "the starter waits for the report")
        directory.write("go", "")
        #expect(starter.waitForExit() == 0)
        try #require(eventually { !directory.read("running").isEmpty })

        let state = fields(daemon)
        #expect(state[0] != Int(starter.pid) && state[0] != Int(getpid()))
        #expect(state[2] != Int(daemon), "a session's leader could get a terminal")
        #expect(state[2] != Int(getsid(0)))
        #expect(state[3] == 0)
        for number in 0...2 {
            var target = [UInt8](repeating: 0, count: 64)
            let count = target.withUnsafeMutableBytes { readlink("/proc/\(daemon)/fd/\(number)", $0.baseAddress!, 64) }
            #expect(String(decoding: target.prefix(max(count, 0)), as: UTF8.self) == "/dev/null")
        }
        #expect(starter.log == "starting\n")
    }

    @Test func failureReachesTheStarter() {
        let starter = SpawnedServer("DroverProcesses", ["daemon", "fail"])
        #expect(starter.waitForExit() == 7)
        #expect(starter.log == "cannot listen on :80: permission denied\n")
    }

    @Test func deathWithoutReportIsAFailure() {
        let starter = SpawnedServer("DroverProcesses", ["daemon", "die"])
        #expect(starter.waitForExit() == 1)
        #expect(starter.log.contains("the daemon ended before it had started"))
    }

    @Test func threadsKeepItFromForking() {
        let starter = SpawnedServer("DroverProcesses", ["daemon", "thread"])
        #expect(starter.waitForExit() == 4)
        #expect(starter.log.contains("cannot fork: 2 threads run"))
    }
}
