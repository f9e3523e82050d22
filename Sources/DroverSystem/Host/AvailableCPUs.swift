import CDrover

/// The CPUs this process may use.
public enum AvailableCPUs {
    /// How many: the affinity mask, sched_getaffinity(2), capped by the cgroup's quota rounded up, at least one.
    public static func count() -> Int {
        let allowed = affinityCount()
        guard let quota = cgroupQuota() else { return allowed }
        return max(1, min(allowed, Int(quota.rounded(.up))))
    }

    private static func affinityCount() -> Int {
        let count = Int(c_drover_affinity_count())
        return count > 0 ? count : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// CPUs' worth of time the cgroup gives, from cpu.max (version 2) or cpu.cfs_quota_us (version 1).
    private static func cgroupQuota() -> Double? {
        let group =
            (try? readSmallFile("/proc/self/cgroup"))?.split(separator: "\n")
            .first { $0.hasPrefix("0::") }?.dropFirst(3) ?? "/"
        for path in ["/sys/fs/cgroup\(group)/cpu.max", "/sys/fs/cgroup/cpu.max"] {
            guard let text = try? readSmallFile(path) else { continue }
            return quota(cpuMax: text)
        }
        guard let quota = (try? readSmallFile("/sys/fs/cgroup/cpu/cpu.cfs_quota_us")).flatMap(number),
            let period = (try? readSmallFile("/sys/fs/cgroup/cpu/cpu.cfs_period_us")).flatMap(number),
            quota > 0, period > 0
        else { return nil }
        return quota / period
    }

    /// `max 100000` is no limit; `150000 100000` is one and a half CPUs.
    static func quota(cpuMax text: String) -> Double? {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard words.count == 2, let quota = number(String(words[0])), let period = number(String(words[1])), period > 0
        else { return nil }
        return quota / period
    }

    private static func number(_ text: String) -> Double? {
        Double(text.split(separator: "\n").first.map(String.init) ?? text)
    }
}
