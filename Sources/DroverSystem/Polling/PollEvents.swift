/// What epoll(7) watches for and reports, as the kernel's bits.
///
/// No option set: its literals are built through the runtime where the compiler does not see into this module, and these
/// are asked for at every event and by every new worker. The numbers are the kernel's ABI, <linux/eventpoll.h>.
package struct PollEvents: Sendable {
    package let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Any input: EPOLLIN.
    package static let readable = PollEvents(rawValue: 0x0001)
    /// Room to send: EPOLLOUT.
    package static let writable = PollEvents(rawValue: 0x0004)
    /// Nothing but the end of the connection, which is always reported: EPOLLHUP and EPOLLERR.
    package static let onlyEnd = PollEvents(rawValue: 0)
    /// A listener that several processes wait for, of which one is woken: EPOLLIN | EPOLLEXCLUSIVE.
    ///
    /// It cannot be modified afterwards, only removed and added: epoll_ctl(2).
    package static let acceptable = PollEvents(rawValue: 0x1000_0001)
    /// Everything about a connection, as it changes: EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET.
    package static let connection = PollEvents(rawValue: 0x8000_2005)

    /// What a test delivers in the kernel's stead: input, with the peer's end or without.
    package static func input(ended: Bool) -> PollEvents {
        PollEvents(rawValue: ended ? 0x2001 : 0x0001)
    }

    /// Both, as one report.
    package func adding(_ others: PollEvents) -> PollEvents { PollEvents(rawValue: rawValue | others.rawValue) }

    /// Whether there may be something to receive: EPOLLIN, EPOLLRDHUP, EPOLLERR or EPOLLHUP.
    package var concernsInput: Bool { rawValue & 0x2019 != 0 }
    /// Whether there may be room to send: EPOLLOUT, EPOLLERR or EPOLLHUP.
    package var concernsOutput: Bool { rawValue & 0x001C != 0 }
    /// Whether the peer has ended its direction, or everything is over: EPOLLRDHUP, EPOLLERR or EPOLLHUP.
    package var concernsEnd: Bool { rawValue & 0x2018 != 0 }
}
