import CDrover

/// Zeroed memory that this process and all its later children see alike, mmap(2) MAP_SHARED | MAP_ANONYMOUS.
///
/// Unless somebody unmaps it, it lives as long as the processes that share it.
package struct SharedRegion: @unchecked Sendable {
    package let base: UnsafeMutableRawPointer
    package let byteCount: Int

    /// Maps `byteCount` bytes; pages that nobody touches cost nothing.
    package init(byteCount: Int) throws(SystemError) {
        let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
        guard let address, address != UnsafeMutableRawPointer(bitPattern: -1) else { throw SystemError.last("mmap") }
        base = address
        self.byteCount = byteCount
    }

    /// Ends this process's part in it; munmap(2).
    package func unmap() {
        munmap(base, byteCount)
    }
}
