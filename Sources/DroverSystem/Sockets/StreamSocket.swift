import CDrover

/// A connected socket that never blocks.
public struct StreamSocket: ~Copyable, Sendable {
    /// The descriptor, for a transport that drives the socket itself.
    public let descriptor: Descriptor

    package init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    // The calls take the number, so that a session that keeps the socket in a class need not borrow it each time.

    /// Receives into `buffer`; recv(2).
    @inline(__always)
    package static func receive(_ socket: Int32, into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        transfer { c_drover_recv(socket, buffer.baseAddress, buffer.count) }
    }

    /// Looks at what waits without taking it; recv(2) with MSG_PEEK.
    package static func peek(_ socket: Int32, into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        transfer { recv(socket, buffer.baseAddress, buffer.count, CInt(MSG_PEEK)) }
    }

    /// Takes what has come and throws it away; recv(2) with MSG_TRUNC, which copies nothing out of TCP, tcp(7).
    ///
    /// From other sockets it comes into `buffer`.
    package static func discard(_ socket: Int32, through buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        transfer { recv(socket, buffer.baseAddress, buffer.count, CInt(MSG_TRUNC)) }
    }

    /// Sends from `bytes`; send(2) without SIGPIPE.
    @inline(__always)
    package static func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer) -> TransferResult {
        transfer { c_drover_send(socket, bytes.baseAddress, bytes.count) }
    }

    /// Sends from `bytes`, which may wait in the kernel for what follows at once; send(2) with MSG_MORE.
    package static func sendBeginning(_ socket: Int32, _ bytes: UnsafeRawBufferPointer) -> TransferResult {
        transfer { c_drover_send_more(socket, bytes.baseAddress, bytes.count) }
    }

    /// Sends `first` and then `second` with one call, sendmsg(2).
    package static func send(
        _ socket: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) -> TransferResult {
        transfer { c_drover_send_two(socket, first.baseAddress, first.count, second.baseAddress, second.count) }
    }

    /// Sends up to `count` bytes of an open file from `offset` on without copying them to user space; sendfile(2).
    package static func send(_ socket: Int32, file: Int32, offset: Int64, count: Int) -> TransferResult {
        var position = off_t(offset)
        return transfer { CDrover.sendfile(socket, file, &position, count) }
    }

    /// Makes close(2) drop what was not sent and reset the connection; SO_LINGER in socket(7).
    package static func resetAtClose(_ socket: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Says that nothing more will be sent; shutdown(2) with SHUT_WR.
    package static func endSending(_ socket: Int32) {
        _ = CDrover.shutdown(socket, CInt(SHUT_WR))
    }
}
