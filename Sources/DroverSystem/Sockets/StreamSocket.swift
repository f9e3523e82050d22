import CDrover

internal import struct Synchronization.Atomic

/// A connected socket that never blocks, closed when its owner goes or says so.
///
/// Its calls never wait: would-block and end-of-stream are values. After `close()` they fail with EBADF, as the number
/// may stand for another socket by then. One task at a time receives, and one sends.
public struct StreamSocket: ~Copyable, Sendable {
    // A plain load on every processor that Swift runs on; so an owner can keep the socket in a `let` and still close it.
    private let number: Atomic<Int32>

    /// Takes over the socket `raw`, which is connected and has O_NONBLOCK, socket(7).
    public init(owning raw: Int32) {
        number = Atomic(raw)
    }

    package init(_ descriptor: consuming Descriptor) {
        self.init(owning: descriptor.release())
    }

    /// A socket that is closed, for sessions that have none.
    public static var closed: StreamSocket { StreamSocket(owning: -1) }

    deinit { close() }

    /// The number that the kernel knows it by, for calls that Drover does not make; -1 once it is closed.
    @inline(__always)
    public var descriptor: Int32 { number.load(ordering: .relaxed) }

    /// Closes it now; close(2).
    ///
    /// What was sent still leaves, and a peer that sends more is reset.
    public func close() {
        // Not retried on EINTR: on Linux the number is free by then.
        if case let raw = number.exchange(-1, ordering: .relaxed), raw >= 0 { _ = CDrover.close(raw) }
    }

    /// Hands the socket over to another owner; this one is as good as closed.
    public func handOver() -> StreamSocket {
        StreamSocket(owning: number.exchange(-1, ordering: .relaxed))
    }

    // MARK: Receiving

    /// Appends to `space` what has come, as much as there is room for, which must be one byte at least; recv(2).
    public func receive(into space: inout OutputRawSpan) -> TransferResult {
        let socket = descriptor
        return space.withUnsafeMutableBytes { bytes, filled in
            let place = bytes.baseAddress.map { $0 + filled }
            let room = bytes.count - filled
            let result = transfer { c_drover_recv(socket, place, room) }
            if case .bytes(let count) = result { filled += count }
            return result
        }
    }

    /// Appends to `bytes` what has come, up to `limit` of them; recv(2).
    public func receive(limit: Int, appendingTo bytes: inout [UInt8]) -> TransferResult {
        var result = TransferResult.wouldBlock
        bytes.append(addingCapacity: limit) { space in
            let socket = descriptor
            result = space.withUnsafeMutableBufferPointer { bytes, filled in
                let place = bytes.baseAddress.map { $0 + filled }
                let result = transfer { c_drover_recv(socket, place, limit) }
                if case .bytes(let count) = result { filled += count }
                return result
            }
        }
        return result
    }

    /// Appends to `space` what waits, without taking it; recv(2) with MSG_PEEK.
    public func peek(into space: inout OutputRawSpan) -> TransferResult {
        let socket = descriptor
        return space.withUnsafeMutableBytes { bytes, filled in
            let place = bytes.baseAddress.map { $0 + filled }
            let room = bytes.count - filled
            let result = transfer { recv(socket, place, room, CInt(MSG_PEEK)) }
            if case .bytes(let count) = result { filled += count }
            return result
        }
    }

    /// Takes what has come, as much as `scratch` has room for, and throws it away; recv(2) with MSG_TRUNC, which copies
    /// nothing out of TCP, tcp(7).
    ///
    /// What comes from other sockets passes through `scratch`, which stays as full as it was.
    public func discard(through scratch: inout OutputRawSpan) -> TransferResult {
        let socket = descriptor
        return scratch.withUnsafeMutableBytes { bytes, filled in
            let place = bytes.baseAddress.map { $0 + filled }
            let room = bytes.count - filled
            return transfer { recv(socket, place, room, CInt(MSG_TRUNC)) }
        }
    }

    // MARK: Sending

    /// Sends `bytes`, as much as goes; send(2) without SIGPIPE.
    public func send(_ bytes: RawSpan) -> TransferResult {
        let socket = descriptor
        return bytes.withUnsafeBytes { bytes in
            transfer { c_drover_send(socket, bytes.baseAddress, bytes.count) }
        }
    }

    /// Sends `first` and then `second` with one call, as much as goes; sendmsg(2) without SIGPIPE.
    public func send(_ first: RawSpan, _ second: RawSpan) -> TransferResult {
        if second.isEmpty { return send(first) }
        if first.isEmpty { return send(second) }
        let socket = descriptor
        return first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                transfer { c_drover_send_two(socket, first.baseAddress, first.count, second.baseAddress, second.count) }
            }
        }
    }

    /// Sends `bytes`, as much as goes, which may wait in the kernel for what follows at once; send(2) with MSG_MORE.
    public func sendBeginning(_ bytes: RawSpan) -> TransferResult {
        let socket = descriptor
        return bytes.withUnsafeBytes { bytes in
            transfer { c_drover_send_more(socket, bytes.baseAddress, bytes.count) }
        }
    }

    /// Sends `part` of a file without copying it to user space, as much as goes; sendfile(2).
    ///
    /// It is `.endOfStream` when the file ends before.
    public func send(_ part: FilePart) -> TransferResult {
        let socket = descriptor
        var position = off_t(part.offset)
        return transfer { CDrover.sendfile(socket, part.descriptor, &position, part.count) }
    }

    // MARK: The end

    /// Says that nothing more will be sent; shutdown(2) with SHUT_WR.
    ///
    /// The peer receives the end, and may go on sending.
    public func endSending() {
        _ = CDrover.shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Makes closing drop what was not sent and reset the connection; SO_LINGER in socket(7).
    public func resetAtClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}
