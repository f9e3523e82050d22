import CDrover

/// A lock that one open file has at a time, and that ends with its holder, however the holder dies.
///
/// It belongs to the open file, F_OFD_SETLK in fcntl(2): a child that has been forked holds it as well until it closes
/// the descriptor.
package enum FileLock {
    /// Locks the file that is open for writing as `raw`.
    ///
    /// - Throws: `SystemError` EAGAIN when another has it, or what a file system without locks says.
    package static func take(_ raw: Int32) throws(SystemError) {
        try systemCall("fcntl", subject: "F_OFD_SETLK") { c_drover_lock(raw) }
    }

    /// Whether another open file has the lock of `raw`; false where the file system has none.
    ///
    /// Only a process that may write to the file can have its lock.
    package static func isTaken(_ raw: Int32) -> Bool { c_drover_is_locked(raw) == 1 }
}
