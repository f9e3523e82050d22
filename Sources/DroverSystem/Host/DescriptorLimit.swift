import CDrover

/// How many descriptors a process may have open, getrlimit(2) RLIMIT_NOFILE.
package enum DescriptorLimit {
    /// Raises the soft limit to the hard one, as the soft one is often 1024 for the sake of select(2), and returns it.
    @discardableResult
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }
}
