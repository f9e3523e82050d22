internal import DroverSystem

// What a stream asks of its session's socket.

extension TransportSession {
    /// The socket's number, for the poller.
    var descriptor: Int32 { socket.descriptor }

    /// Whether the session may have input or an end at hand that the poller will not report again.
    @inline(__always)
    var holdsInput: Bool { inputNotes.contains(.atHand) }

    /// Why the connecting has failed, as errno(3)'s number; nil when it has not.
    var connectError: Int32? { socket.connectError }

    /// Sends `bytes` to a peer that does not speak the transport's language, as far as they go at once.
    func sendInClear(_ bytes: [UInt8]) { _ = socket.send(bytes.span.bytes) }
}
