/// How much CPU time this process's control groups leave to it, cgroups(7).
///
/// A quota may be set at each group from the process's own up to the root, by whatever made that group: a container's
/// runtime, a slice of systemd's, a pod. The smallest of them counts. Both versions are looked at, as a machine may have
/// the one and the other at the same time.
struct CgroupQuota {
    /// In CPUs, such as 1.5; nil when nothing limits it, or the groups cannot be seen.
    let cpus: Double?

    /// Looks through `read`, which returns the content of the file at a path, or nil.
    init(_ read: (String) -> String?) {
        let mounts = CgroupMount.list(read("/proc/self/mountinfo") ?? "")
        var quotas: [Double] = []
        for membership in Self.memberships(read("/proc/self/cgroup") ?? "") {
            let candidates = mounts.filter { $0.hierarchy == membership.hierarchy }
            for folder in CgroupMount.folders(of: membership.path, on: candidates) {
                let files =
                    switch membership.hierarchy {
                    case .unified: ["cpu.max"]
                    case .cpuController: ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
                    }
                let text = files.map { read("\(folder)/\($0)") ?? "" }.joined(separator: " ")
                if let quota = Self.quota(text) { quotas.append(quota) }
            }
        }
        cpus = quotas.min()
    }

    /// What the process belongs to, of the hierarchies that can limit its CPU time.
    private static func memberships(_ text: String) -> [(hierarchy: CgroupMount.Hierarchy, path: String)] {
        text.split(separator: "\n").compactMap { line in
            // Number, controllers, path; the path may hold colons.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, fields[2].hasPrefix("/") else { return nil }
            if fields[0] == "0", fields[1].isEmpty { return (.unified, String(fields[2])) }
            return fields[1].split(separator: ",").contains("cpu") ? (.cpuController, String(fields[2])) : nil
        }
    }

    /// `150000 100000`, microseconds of CPU time in a period of so many, is one and a half CPUs; where there is no limit,
    /// version 2 writes `max` for the first number and version 1 writes -1.
    private static func quota(_ text: String) -> Double? {
        let numbers = text.split(whereSeparator: \.isWhitespace).map { Int($0) ?? 0 }
        guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else { return nil }
        return Double(numbers[0]) / Double(numbers[1])
    }
}
