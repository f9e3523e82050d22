import DroverTestSupport
import Glibc
import Testing

@Suite struct PreloadTests {
    @Test func sharedIsLoadedOnceInTheArbiterOrInEachWorker() throws {
        let server = try SpawnedServer.lab(workers: 2, ["--preload"])
        let early = Set(try (0..<8).map { _ in try server.get("/loader").body })
        #expect(early == ["\(server.pid)"])
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded")
        #expect(try server.get("/loader").body == "\(server.pid)", "a reload keeps it")
        #expect(server.stop() == 0)

        let other = try SpawnedServer.lab(workers: 1)
        #expect(try other.get("/loader").body == "\(other.workers[0])")
        #expect(other.stop() == 0)
    }

    @Test func threadLeftByLoadingIsNamedAndNothingIsForked() {
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "--preload"], environment: ["LAB_PRELOAD": "thread"])
        #expect(server.waitForExit() == 3)
        #expect(server.lines(" error ").count == 1, "\(server.log)")
        #expect(server.lines(" error ").first?.contains("2 threads run in the arbiter") == true)
        #expect(server.log.contains("lab-preload"))
        #expect(!server.log.contains("event=worker_ready"))
    }

    @Test func failureToLoadIsSaidOnceAndEndsTheStart() {
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "--preload"], environment: ["LAB_PRELOAD": "fail"])
        #expect(server.waitForExit() == 3)
        #expect(
            server.log
                == "drover-lab: cannot preload the application 'lab': LAB_PRELOAD=fail: there is nothing to share\n")
        let worker = SpawnedServer("drover-lab", ["-b", "127.0.0.1:0"], environment: ["LAB_PRELOAD": "fail"])
        #expect(worker.waitForExit() == 3)
        #expect(worker.lines("event=worker_boot_failed").count > 0, "without --preload it is the worker that fails")
    }

    @Test func applicationThatNobodyServesIsNotLoaded() throws {
        let server = SpawnedServer(
            "drover-lab", ["-b", "127.0.0.1:0", "--preload", "--app", "hello"], environment: ["LAB_PRELOAD": "fail"])
        try server.waitUntilReady(workers: 1)
        #expect(server.stop() == 0)
    }
}
