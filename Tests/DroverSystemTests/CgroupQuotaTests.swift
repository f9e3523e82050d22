import Testing

@testable import DroverSystem

/// What a process sees of its control groups, and what that leaves to it.
struct CgroupQuotaTests {
    /// The files of a machine, by path.
    struct Machine: CustomTestStringConvertible {
        let name: String
        let cgroup: String
        let mounts: [String]
        let files: [String: String]
        let cpus: Double?

        var testDescription: String { name }

        init(_ name: String, _ cgroup: String, _ mounts: [String], _ files: [String: String], _ cpus: Double?) {
            (self.name, self.cgroup, self.mounts, self.files, self.cpus) = (name, cgroup, mounts, files, cpus)
        }

        func read(_ path: String) -> String? {
            switch path {
            case "/proc/self/cgroup": cgroup
            case "/proc/self/mountinfo": mounts.map { $0 + "\n" }.joined()
            default: files[path]
            }
        }
    }

    private static func unified(_ root: String = "/", at point: String = "/sys/fs/cgroup") -> String {
        "30 23 0:26 \(root) \(point) rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"
    }

    private static func cpu(_ root: String = "/", at point: String, options: String = "rw,cpu,cpuacct") -> String {
        "31 23 0:27 \(root) \(point) rw,nosuid shared:9 master:2 - cgroup cgroup \(options)"
    }

    private static func first(_ folder: String, _ quota: String, _ period: String = "100000\n") -> [String: String] {
        ["\(folder)/cpu.cfs_quota_us": quota, "\(folder)/cpu.cfs_period_us": period]
    }

    private static let pod = "/kubepods/burstable/pod1/c1"

    static let machines: [Machine] = [
        Machine(
            "version 2, the own group", "0::/a/b\n", [unified()], ["/sys/fs/cgroup/a/b/cpu.max": "150000 100000\n"], 1.5
        ),
        Machine(
            "version 2, a slice above", "0::/web.slice/shop.service\n", [unified()],
            [
                "/sys/fs/cgroup/web.slice/cpu.max": "50000 100000\n",
                "/sys/fs/cgroup/web.slice/shop.service/cpu.max": "max 100000\n",
            ], 0.5),
        Machine(
            "version 2, the smallest of several", "0::/a/b\n", [unified()],
            [
                "/sys/fs/cgroup/cpu.max": "400000 100000\n", "/sys/fs/cgroup/a/cpu.max": "300000 200000\n",
                "/sys/fs/cgroup/a/b/cpu.max": "200000 100000\n",
            ], 1.5),
        Machine("version 2, a namespace", "0::/\n", [unified()], ["/sys/fs/cgroup/cpu.max": "200000 100000\n"], 2),
        Machine(
            "version 2, a container without a namespace", "0::/docker/c1\n", [unified("/docker/c1")],
            ["/sys/fs/cgroup/cpu.max": "250000 100000\n"], 2.5),
        Machine("version 2, no limit", "0::/a\n", [unified()], ["/sys/fs/cgroup/a/cpu.max": "max 100000\n"], nil),
        Machine(
            "version 1, the own group", "4:memory:/x\n3:cpu,cpuacct:/a\n", [cpu(at: "/sys/fs/cgroup/cpu,cpuacct")],
            first("/sys/fs/cgroup/cpu,cpuacct/a", "50000\n"), 0.5),
        Machine(
            "version 1, cpu by itself", "2:cpuacct:/y\n1:cpu:/a\n",
            [
                cpu(at: "/sys/fs/cgroup/cpuacct", options: "rw,cpuacct"),
                cpu(at: "/sys/fs/cgroup/cpu", options: "rw,cpu"),
            ],
            first("/sys/fs/cgroup/cpu/a", "120000\n").merging(first("/sys/fs/cgroup/cpuacct/a", "1000\n")) { $1 }, 1.2),
        Machine(
            "version 1, a slice above", "3:cpu,cpuacct:/web.slice/shop.service\n",
            [cpu(at: "/sys/fs/cgroup/cpu,cpuacct")],
            first("/sys/fs/cgroup/cpu,cpuacct", "-1\n")
                .merging(first("/sys/fs/cgroup/cpu,cpuacct/web.slice", "75000\n")) { $1 }
                .merging(first("/sys/fs/cgroup/cpu,cpuacct/web.slice/shop.service", "-1\n")) { $1 }, 0.75),
        Machine(
            "version 1, a container without a namespace", "3:cpu,cpuacct:\(pod)/inner\n",
            [cpu(pod, at: "/sys/fs/cgroup/cpu")],
            first("/sys/fs/cgroup/cpu", "300000\n").merging(first("/sys/fs/cgroup/cpu/inner", "90000\n")) { $1 }, 0.9),
        Machine(
            "version 1, a mount from outside of the namespace", "3:cpu:/\n", [cpu("/..", at: "/sys/fs/cgroup/cpu")],
            first("/sys/fs/cgroup/cpu", "100000\n"), 1),
        Machine(
            "version 1, a process outside of its namespace", "3:cpu:/../x\n", [cpu(at: "/sys/fs/cgroup/cpu")],
            first("/sys/fs/cgroup/cpu", "100000\n").merging(first("/sys/fs/cgroup/cpu/../x", "20000\n")) { $1 }, 1),
        Machine(
            "one folder of the machine mounted, and the own one too", "3:cpu:/a\n",
            [cpu("/b", at: "/host/b"), cpu(at: "/sys/fs/cgroup/cpu")],
            first("/host/b", "10000\n").merging(first("/sys/fs/cgroup/cpu/a", "60000\n")) { $1 }, 0.6),
        Machine(
            "both versions", "1:cpu:/a\n0::/b\n",
            [cpu(at: "/sys/fs/cgroup/cpu"), unified(at: "/sys/fs/cgroup/unified")],
            first("/sys/fs/cgroup/cpu/a", "180000\n"), 1.8),
        Machine(
            "a folder with a blank and a colon", "0::/a b:c\n", [unified(at: "/my\\040groups")],
            ["/my groups/a b:c/cpu.max": "130000 100000\n"], 1.3),
        Machine(
            "a folder that cannot be seen", "0::/gone/away\n", [unified()],
            ["/sys/fs/cgroup/gone/cpu.max": "1000 1000"], 1),
        Machine("nothing mounted", "0::/a\n1:cpu:/a\n", [], ["/sys/fs/cgroup/a/cpu.max": "1000 1000"], nil),
        Machine("no /proc", "", [], [:], nil),
        Machine(
            "garbage", "0::/a\nx\n1:cpu\n:::\n2:cpu:relative\n",
            [unified(), "", "-", "1 2 3 4 5 6 -", "1 2 3 4 5 6 - cgroup2", cpu(at: "/c")],
            ["/sys/fs/cgroup/a/cpu.max": "nan 100000\n", "/sys/fs/cgroup/cpu.max": "1 2 3\n"], nil),
        Machine("a period of nothing", "0::/\n", [unified()], ["/sys/fs/cgroup/cpu.max": "1000 0\n"], nil),
        Machine("a quota of nothing", "1:cpu:/\n", [cpu(at: "/c")], first("/c", "0\n"), nil),
        Machine("a quota without period", "1:cpu:/\n", [cpu(at: "/c")], ["/c/cpu.cfs_quota_us": "1000\n"], nil),
    ]

    @Test(arguments: machines)
    func smallestOnTheWayUpCounts(machine: Machine) {
        #expect(CgroupQuota(machine.read).cpus == machine.cpus)
    }

    @Test(
        arguments: [
            (4, nil, 4), (4, 0.01, 1), (4, 1, 1), (4, 1.01, 2), (4, 3.5, 4), (4, 9, 4), (2, 9e300, 2), (1, 0.5, 1),
        ] as [(Int, Double?, Int)])
    func quotaIsRoundedUpAndAffinityIsTheMost(affinity: Int, quota: Double?, count: Int) {
        #expect(AvailableCPUs.count(affinity: affinity, quota: quota) == count)
    }
}
