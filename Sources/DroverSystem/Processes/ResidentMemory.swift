import CDrover

/// How much memory a process holds, from /proc/PID/statm, proc(5).
package enum ResidentMemory {
    /// Bytes of memory that are there, what it shares with others included; nil when the process is gone.
    package static func bytes(of pid: Int32) -> Int? {
        guard let text = try? readSmallFile("/proc/\(pid)/statm") else { return nil }
        let fields = text.split(separator: " ", maxSplits: 2)
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}

/// The user that this process acts as, geteuid(2).
package var effectiveUser: UInt32 { geteuid() }
