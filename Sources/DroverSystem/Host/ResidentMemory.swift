import CDrover

/// How much of this process is in memory, from /proc/self/statm, proc(5).
///
/// The file stays open, so that a look is one pread(2).
package struct ResidentMemory: ~Copyable, Sendable {
    private let file: Descriptor
    private let pageBytes: Int

    /// Opens the file of the calling process; a forked child has to make its own.
    package init() throws(SystemError) {
        file = Descriptor(
            owning: try systemCall("open", subject: "/proc/self/statm") {
                c_drover_open("/proc/self/statm", O_RDONLY | O_CLOEXEC, 0)
            })
        pageBytes = sysconf(Int32(_SC_PAGESIZE))
    }

    /// Bytes that are in memory now, shared ones included; nil when the kernel does not say.
    package func bytes() -> Int? {
        // Seven numbers of pages; the second is the resident set.
        var text = InlineArray<128, UInt8>(repeating: 0)
        let raw = file.raw
        var span = text.mutableSpan
        let count = span.withUnsafeMutableBytes { pread(raw, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        var field = 0
        var pages = 0
        for index in 0..<count {
            let byte = text[index]
            if byte == UInt8(ascii: " ") {
                field += 1
                if field == 2 { return pages * pageBytes }
                pages = 0
            } else {
                pages = pages &* 10 &+ Int(byte &- UInt8(ascii: "0"))
            }
        }
        return nil
    }
}

extension ResidentMemory {
    /// The same of another process; nil when it is gone.
    package static func bytes(of pid: Int32) -> Int? {
        guard let text = try? readSmallFile("/proc/\(pid)/statm") else { return nil }
        let fields = text.split(separator: " ", maxSplits: 2)
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
