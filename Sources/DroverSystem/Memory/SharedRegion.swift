import CDrover

/// Zeroed memory that this process and all its later children see alike, mmap(2) MAP_SHARED | MAP_ANONYMOUS.
///
/// Until it is unmapped it lives as long as the processes that share it.
///
/// Unchecked: the pointer. That threads and processes write there at a time is what the memory is for, and theirs to order.
public struct SharedRegion: @unchecked Sendable {
    /// Where it begins, at a page's border; every process sees it at this address.
    public let base: UnsafeMutableRawPointer
    /// How many bytes were asked for.
    public let byteCount: Int

    /// Maps `byteCount` bytes; a page costs memory from its first use on.
    ///
    /// To be made before the fork: in the arbiter, as a transport is.
    ///
    /// - Throws: `SystemError` of mmap(2): ENOMEM, or EINVAL for no bytes.
    public init(byteCount: Int) throws(SystemError) {
        try self.init(byteCount, MAP_ANONYMOUS, -1)
    }

    /// Maps the file with the number `file`, whose first `byteCount` bytes it becomes.
    init(_ byteCount: Int, of file: Int32) throws(SystemError) {
        try self.init(byteCount, 0, file)
    }

    private init(_ byteCount: Int, _ flags: Int32, _ file: Int32) throws(SystemError) {
        let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED | flags, file, 0)
        guard let address, address != UnsafeMutableRawPointer(bitPattern: -1) else { throw SystemError.last("mmap") }
        base = address
        self.byteCount = byteCount
    }

    /// Ends this process's part in it, after which `base` leads nowhere; munmap(2).
    public func unmap() {
        munmap(base, byteCount)
    }
}
