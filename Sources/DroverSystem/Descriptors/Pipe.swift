import CDrover

/// A pipe whose write end one process keeps: its end of file tells the readers that the process is gone.
///
/// The kernel closes the write end however the owner dies, so no message can get lost. See pipe(7).
package struct Lifeline: ~Copyable, Sendable {
    /// What a dependent process watches.
    package let readEnd: Descriptor
    /// What only the owner keeps.
    package let writeEnd: Descriptor

    /// Makes a non-blocking, close-on-exec pipe.
    package init() throws(SystemError) {
        var ends: (Int32, Int32) = (-1, -1)
        try withUnsafeMutableBytes(of: &ends) { (bytes) throws(SystemError) in
            let pair = bytes.bindMemory(to: Int32.self).baseAddress!
            try systemCall("pipe2") { c_drover_pipe(pair) }
        }
        readEnd = Descriptor(owning: ends.0)
        writeEnd = Descriptor(owning: ends.1)
    }

    /// Gives up both ends without closing them, for a pipe that lives as long as the process.
    consuming func release() -> (readEnd: Int32, writeEnd: Int32) {
        (readEnd.release(), writeEnd.release())
    }
}

/// Blocks until `descriptor` is readable or at its end, or the time is over.
///
/// See poll(2).
///
/// - Returns: False when the time is over.
@discardableResult
package func waitUntilReadable(_ descriptor: Int32, milliseconds: Int32 = -1) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
        let count = poll(&request, 1, milliseconds)
        if count >= 0 { return count > 0 }
        if lastErrorNumber != EINTR { return true }
    }
}
