import DroverTestSupport
import Glibc
import Testing

extension Chaos {
    @Suite struct Boots {
        @Test func serverThatCannotBootGivesUpSoon() {
            let start = now()
            let server = SpawnedServer(
                "drover-lab", ["-b", "127.0.0.1:0", "-w", "2", "--log-level", "debug"],
                environment: ["LAB_BOOT": "fail"])
            #expect(server.waitForExit(within: 10) == 3)
            #expect(now() - start < 5)
            #expect(server.lines("event=worker_started").count <= 10)
            #expect(server.lines(" error ").count == 1, "\(server.log)")
            #expect(server.lines("event=gave_up exit_code=3").count == 1)
        }

        @Test(arguments: Variation.all)
        func slotThatCannotBootIsTriedLessAndLess(variation: Variation) throws {
            let lab = SpawnedServer(
                "drover-lab",
                ["-b", "127.0.0.1:0", "-w", "2", "--log-level", "debug"]
                    + (variation.accept == "reuseport" ? ["--reuse-port"] : []),
                environment: ["LAB_BOOT": "fail", "LAB_BOOT_SLOT": "1"])
            try lab.waitUntilReady(workers: 1)
            let load = Load(LoadPlan(port: lab.port, rate: Chaos.rate))
            usleep(5_000_000)
            let tally = load.stop()
            let forks = lab.lines("event=worker_started slot=1").count
            Chaos.report("a slot that does not boot", variation, "\(forks) forks in 5 s; \(tally)")
            #expect((3...10).contains(forks))
            #expect(tally.failures.isEmpty, "\(tally.failures.prefix(12))")
            #expect(lab.stop() == 0)
        }

        @Test func bootThatHangsMeetsItsDeadline() {
            let start = now()
            let server = SpawnedServer(
                "drover-lab", ["-b", "127.0.0.1:0", "--boot-timeout", "0.5"], environment: ["LAB_BOOT": "hang"])
            #expect(server.waitForExit(within: 10) == 3)
            #expect(now() - start < 5)
            #expect(server.lines("event=boot_timeout").count == 3)
        }
    }
}
