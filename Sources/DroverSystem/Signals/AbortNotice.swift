import CDrover

/// Lets one thread do something while another, which was sent SIGABRT, waits to die of it; sigaction(2).
///
/// The thread that is aborted may hold any lock, so it does no more than to write into a pipe and to wait for an answer,
/// for a while. Then the signal acts as it would have at once.
package struct AbortNotice: Sendable {
    private let notice: Int32
    private let reply: Int32

    /// Takes SIGABRT over for this process, once.
    ///
    /// - Parameter milliseconds: How long the aborted thread waits for `answer()`.
    /// - Throws: `SystemError` when there are no descriptors left.
    package init(milliseconds: Int32) throws(SystemError) {
        let noticePipe = try Lifeline()
        let replyPipe = try Lifeline()
        let (notice, write) = noticePipe.release()
        let (read, reply) = replyPipe.release()
        (self.notice, self.reply) = (notice, reply)
        try systemCall("sigaction") { c_drover_watch_abort(write, read, milliseconds) }
    }

    /// Blocks until a thread is aborted, which is true, or `other` is readable or at its end.
    package func wait(orUntilReadable other: Int32) -> Bool {
        var requests = (
            pollfd(fd: notice, events: Int16(POLLIN), revents: 0), pollfd(fd: other, events: Int16(POLLIN), revents: 0)
        )
        return withUnsafeMutableBytes(of: &requests) { bytes in
            let list = bytes.bindMemory(to: pollfd.self)
            while poll(list.baseAddress, nfds_t(list.count), -1) < 0, lastErrorNumber == EINTR {}
            if list[0].revents == 0 { return false }
            return readByte(notice) != .nothingYet
        }
    }

    /// Lets the aborted thread go on to its end.
    package func answer() {
        writeByte(1, to: reply)
    }
}
