import DroverTestSupport
import Glibc
import Testing

/// Control groups of version 1 with the controller cpu, where this machine has them.
private let controller = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"].first {
    access("\($0)/cpu.cfs_quota_us", W_OK) == 0 || access("\($0)/cgroup.procs", W_OK) == 0
}

@Suite struct QuotaTests {
    @Test(.enabled(if: geteuid() == 0 && controller != nil, "needs root and control groups of version 1"))
    func workersAutoGoesByTheQuotaOfTheGroupAbove() throws {
        let folder = try #require(controller)
        let outer = "\(folder)/drover-test-\(getpid())"
        try #require(mkdir(outer, 0o755) == 0 && mkdir("\(outer)/inner", 0o755) == 0)
        defer {
            rmdir("\(outer)/inner")
            rmdir(outer)
        }
        let script = """
            echo 50000 > \(outer)/cpu.cfs_quota_us && echo $$ > \(outer)/inner/cgroup.procs && \
            exec \(SpawnedServer.products)/drover print-config -w auto
            """
        let outcome = try Command.run(["/bin/sh", "-c", script])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("auto: 1 usable CPU)"), "\(outcome)")
        // The group can go when its last process has been reaped.
        #expect(eventually { rmdir("\(outer)/inner") == 0 })
    }
}
