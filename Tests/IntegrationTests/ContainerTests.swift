import DroverTestSupport
import Glibc
import Testing

/// Makes namespaces; util-linux.
private let unshare = "/usr/bin/unshare"

@Suite struct ContainerTests {
    @Test(.enabled(if: geteuid() == 0 && access(unshare, X_OK) == 0, "only root can make namespaces"))
    func processOneServesReapsStrangersAndStopsCleanly() throws {
        let directory = TemporaryDirectory()
        // The shell leaves a child to the server that it becomes; a grandchild comes to it later, as an orphan does.
        let script =
            "sh -c 'sleep 0.4 & sleep 0.1' & exec \(SpawnedServer.products)/drover-lab -b 127.0.0.1:0 "
            + "--pid lab.pid --log-level debug"
        let outside = SpawnedServer(
            path: unshare, ["--fork", "--pid", "--mount-proc", "--kill-child", "sh", "-c", script], in: directory)
        try outside.waitUntilReady(workers: 1)
        let arbiter = try #require(outside.workers.first)
        #expect(directory.read("lab.pid") == "1\n")
        #expect(try outside.get("/").status == 200)
        try outside.waitForLines("event=stranger_reaped", count: 2)
        #expect(outside.lines("event=worker_exited").isEmpty)
        // From outside of the namespace, where the sender has no number.
        kill(arbiter, SIGTTIN)
        try outside.waitForLines("event=worker_ready slot=1")
        kill(arbiter, SIGHUP)
        try outside.waitForLines("event=reloaded")
        kill(arbiter, SIGTERM)
        #expect(outside.waitForExit() == 0)
        #expect(outside.lines("event=stopped").count == 1)
        #expect(!TemporaryDirectory.entries(of: directory.path).contains("lab.pid"))
    }
}
