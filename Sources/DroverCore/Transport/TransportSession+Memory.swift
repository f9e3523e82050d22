internal import DroverSystem

// What a connection asks of a session, with the memory of its queues; and of the session's socket.

extension TransportSession {
    /// The socket's number, for the poller.
    var descriptor: Int32 { socket.descriptor }

    /// Whether the session may have input or an end at hand that the poller will not report again.
    var holdsInput: Bool { inputNotes.contains(.atHand) }

    /// Receives into `memory`; what the session has appended counts, and not what it says.
    @inline(__always)
    func receive(into memory: UnsafeMutableRawBufferPointer) -> TransferResult {
        var space = OutputRawSpan(buffer: memory, initializedCount: 0)
        let result = receive(into: &space)
        let count = space.finalize(for: memory)
        if case .bytes = result { return .bytes(count) }
        return result
    }

    /// Sends `first` and then `second`.
    @inline(__always)
    func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> TransferResult {
        send(RawSpan(_unsafeBytes: first), RawSpan(_unsafeBytes: second))
    }

    /// Sends `first` and then a part of a file.
    func send(_ first: UnsafeRawBufferPointer, _ part: FilePart) -> TransferResult {
        send(RawSpan(_unsafeBytes: first), part)
    }

    /// Throws away what has come.
    func discard(through memory: UnsafeMutableRawBufferPointer) -> TransferResult {
        var scratch = OutputRawSpan(buffer: memory, initializedCount: 0)
        let result = discard(through: &scratch)
        _ = scratch.finalize(for: memory)
        return result
    }

    // MARK: The socket, as it is

    /// Looks at what waits, without taking it.
    func peek(into memory: UnsafeMutableRawBufferPointer) -> TransferResult {
        var space = OutputRawSpan(buffer: memory, initializedCount: 0)
        let result = socket.peek(into: &space)
        _ = space.finalize(for: memory)
        return result
    }

    /// Receives what stands before the transport's own bytes.
    func receiveInClear(into memory: UnsafeMutableRawBufferPointer) -> TransferResult {
        var space = OutputRawSpan(buffer: memory, initializedCount: 0)
        let result = socket.receive(into: &space)
        _ = space.finalize(for: memory)
        return result
    }

    /// Sends `bytes` to a peer that does not speak the transport's language, as far as they go at once.
    func sendInClear(_ bytes: [UInt8]) { _ = socket.send(bytes.span.bytes) }

    /// Ends the sending direction.
    func endSending() { socket.endSending() }

    /// Makes the end reach the peer as a reset.
    func resetAtClose() { socket.resetAtClose() }
}
