import CDrover

/// An epoll instance with the array it reports into.
package struct Poller: ~Copyable {
    private let descriptor: Descriptor
    private let reported: UnsafeMutablePointer<epoll_event>
    private let capacity: Int

    /// One report: the word given at registration, and what happened.
    package struct Report: Sendable {
        package let word: UInt64
        package let events: PollEvents
    }

    /// The instance's number.
    package var raw: Int32 { descriptor.raw }

    /// Makes an instance that reports at most `capacity` events at a time; epoll_create1(2).
    package init(capacity: Int = 256) throws(SystemError) {
        descriptor = Descriptor(owning: try systemCall("epoll_create1") { epoll_create1(CInt(EPOLL_CLOEXEC)) })
        reported = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit {
        reported.deallocate()
    }

    /// Watches `target` and reports `word` with its events; EPOLL_CTL_ADD.
    ///
    /// A target that is watched already is watched as before.
    ///
    /// - Throws: `SystemError` ENOMEM, or ENOSPC when the user has as many watches as fs.epoll.max_user_watches allows.
    package func add(_ target: Int32, _ events: PollEvents, word: UInt64) throws(SystemError) {
        let raw = descriptor.raw
        do throws(SystemError) {
            try systemCall("epoll_ctl") { c_drover_epoll_ctl(raw, EPOLL_CTL_ADD, target, events.rawValue, word) }
        } catch  where error.code == EEXIST {
            return
        } catch  where error.code == ENOSPC {
            // The kernel's words are about a disk.
            throw SystemError(error.call, error.code, subject: "(fs.epoll.max_user_watches is reached)")
        }
    }

    /// Watches for something else; EPOLL_CTL_MOD.
    package func modify(_ target: Int32, _ events: PollEvents, word: UInt64) throws(SystemError) {
        let raw = descriptor.raw
        try systemCall("epoll_ctl") { c_drover_epoll_ctl(raw, EPOLL_CTL_MOD, target, events.rawValue, word) }
    }

    /// Watches `target` no longer; EPOLL_CTL_DEL.
    ///
    /// - Returns: Whether that is so; one that was not watched counts as well.
    @discardableResult
    package func remove(_ target: Int32) -> Bool {
        let result = c_drover_epoll_ctl(descriptor.raw, EPOLL_CTL_DEL, target, 0, 0)
        return result == 0 || lastErrorNumber == ENOENT
    }

    /// Waits up to `milliseconds`, for ever when negative, and returns how many reports there are; epoll_wait(2).
    ///
    /// An interrupted wait counts as one that found nothing.
    ///
    /// - Throws: `SystemError` when the instance cannot be used any more; a loop that waited again would spin.
    package func wait(milliseconds: Int32) throws(SystemError) -> Int {
        let count = epoll_wait(descriptor.raw, reported, CInt(capacity), milliseconds)
        if count >= 0 { return Int(count) }
        let code = lastErrorNumber
        if code != EINTR { throw SystemError("epoll_wait", code) }
        return 0
    }

    /// The report at `index` of the last wait.
    @inline(__always)
    package func report(_ index: Int) -> Report {
        Report(
            word: c_drover_epoll_word(reported + index),
            events: PollEvents(rawValue: c_drover_epoll_events(reported + index))
        )
    }
}
