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

    // An option set's literal is built element by element, through the runtime where the compiler does not see into this
    // module; these questions are asked at every event.

    /// Whether there may be something to receive: input, an end, or an error.
    @inlinable
    package var concernsInput: Bool { rawValue & Self.inputBits != 0 }
    /// Whether there may be room to send, or an error.
    @inlinable
    package var concernsOutput: Bool { rawValue & Self.outputBits != 0 }
    /// Whether the peer has ended its direction, or everything is over.
    @inlinable
    package var concernsEnd: Bool { rawValue & Self.endBits != 0 }

    @usableFromInline static let inputBits: UInt32 = 0x2019
    @usableFromInline static let outputBits: UInt32 = 0x001C
    @usableFromInline static let endBits: UInt32 = 0x2018

    /// Report changes, not states: EPOLLET.
    package static let edgeTriggered = PollEvents(rawValue: c_drover_epollet())
    /// Wake one of the processes that wait, not all: EPOLLEXCLUSIVE. Cannot be modified afterwards, only removed and added.
    package static let exclusive = PollEvents(rawValue: c_drover_epollexclusive())
}
