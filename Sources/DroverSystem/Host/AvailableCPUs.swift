import CDrover

/// The CPUs this process may use.
public enum AvailableCPUs {
    /// How many: the affinity mask, sched_getaffinity(2), capped by the cgroups' quota rounded up, at least one.
    public static func count() -> Int {
        let quota = CgroupQuota { path in try? readSmallFile(path, limit: 64 << 20) }.cpus
        return count(affinity: affinityCount(), quota: quota)
    }

    static func count(affinity: Int, quota: Double?) -> Int {
        guard let quota, quota < Double(affinity) else { return affinity }
        return max(1, Int(quota.rounded(.up)))
    }

    private static func affinityCount() -> Int {
        let count = Int(c_drover_affinity_count())
        return count > 0 ? count : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }
}
