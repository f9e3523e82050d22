import Glibc

/// What happens while a worker of the laboratory boots, as LAB_BOOT says.
enum LabBoot {
    /// All is well.
    case normal
    /// `fail`: loading the application throws.
    case fail
    /// `exit:N`: the process ends with the status N.
    case exit(Int32)
    /// `slow:MS`: loading takes MS milliseconds.
    case slow(milliseconds: UInt32)
    /// `trap`: the process dies of a trap.
    case trap
    /// `hang`: loading never ends.
    case hang
    /// Anything else is a mistake of the test's.
    case unknown(String)

    /// What LAB_BOOT says, for the slot LAB_BOOT_SLOT or for all.
    static func fromEnvironment(slot: Int) -> LabBoot {
        if let only = getenv("LAB_BOOT_SLOT").flatMap({ Int(String(cString: $0)) }), only != slot { return .normal }
        guard let text = getenv("LAB_BOOT").map({ String(cString: $0) }), !text.isEmpty else { return .normal }
        let parts = text.split(separator: ":", maxSplits: 1)
        switch (parts[0], parts.count == 2 ? Int32(parts[1]) : nil) {
        case ("fail", nil): return .fail
        case ("exit", let status?): return .exit(status)
        case ("slow", let time?) where time >= 0: return .slow(milliseconds: UInt32(time))
        case ("trap", nil): return .trap
        case ("hang", nil): return .hang
        default: return .unknown(text)
        }
    }

    func perform() throws(LabError) {
        switch self {
        case .normal: break
        case .fail: throw LabError(description: "LAB_BOOT=fail: the application does not load")
        case .exit(let status): Glibc.exit(status)
        case .slow(let milliseconds): block(milliseconds: milliseconds)
        case .trap: fatalError("LAB_BOOT=trap")
        case .hang: hangForever()
        case .unknown(let text): throw LabError(description: "LAB_BOOT=\(text) is not known to the laboratory")
        }
    }
}

/// A failure that was asked for.
struct LabError: Error, CustomStringConvertible {
    let description: String
}

/// Blocks the thread.
func block(milliseconds: UInt32) {
    var time = timespec(tv_sec: Int(milliseconds / 1_000), tv_nsec: Int(milliseconds % 1_000) * 1_000_000)
    var rest = timespec()
    while nanosleep(&time, &rest) == -1, errno == EINTR { time = rest }
}

/// Blocks the thread until the process dies.
func hangForever() -> Never {
    while true { block(milliseconds: 3_600_000) }
}
