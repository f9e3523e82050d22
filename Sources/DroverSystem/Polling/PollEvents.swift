import CDrover

/// What epoll(7) watches for and reports.
package struct PollEvents: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Something to read or to accept.
    package static let input = PollEvents(rawValue: UInt32(C_DROVER_EPOLLIN))
    /// Room to write.
    package static let output = PollEvents(rawValue: UInt32(C_DROVER_EPOLLOUT))
    /// The peer has ended its sending direction.
    package static let peerEnded = PollEvents(rawValue: UInt32(C_DROVER_EPOLLRDHUP))
    /// An error waits on the socket; always reported.
    package static let error = PollEvents(rawValue: UInt32(C_DROVER_EPOLLERR))
    /// Both directions are over; always reported.
    package static let hangUp = PollEvents(rawValue: UInt32(C_DROVER_EPOLLHUP))
    /// Report changes, not states: EPOLLET.
    package static let edgeTriggered = PollEvents(rawValue: c_drover_epollet())
    /// Wake one of the processes that wait, not all: EPOLLEXCLUSIVE. Cannot be modified afterwards, only removed and added.
    package static let exclusive = PollEvents(rawValue: c_drover_epollexclusive())
}
