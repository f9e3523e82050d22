public import DroverSystem

/// Bytes as they are: TCP and unix sockets.
public struct PlainTransport: Transport {
    /// The transport; it has no settings.
    public init() {}

    /// A session that passes bytes through; there is no handshake.
    public func open(_ socket: consuming StreamSocket) -> any TransportSession {
        PlainSession(socket)
    }
}

final class PlainSession: TransportSession {
    private var socket: StreamSocket?
    let descriptor: Int32

    init(_ socket: consuming StreamSocket) {
        descriptor = socket.descriptor.raw
        self.socket = consume socket
    }

    func handshake() -> HandshakeStep { .done }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        StreamSocket.receive(descriptor, into: buffer)
    }

    func discard(through buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        StreamSocket.discard(descriptor, through: buffer)
    }

    func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> TransferResult {
        if second.isEmpty { return StreamSocket.send(descriptor, first) }
        if first.isEmpty { return StreamSocket.send(descriptor, second) }
        return StreamSocket.send(descriptor, first, second)
    }

    func sendBeginning(_ bytes: UnsafeRawBufferPointer) -> TransferResult {
        StreamSocket.sendBeginning(descriptor, bytes)
    }

    func send(file: Int32, offset: Int64, count: Int) -> TransferResult {
        StreamSocket.send(descriptor, file: file, offset: offset, count: count)
    }

    func endSending() {
        StreamSocket.endSending(descriptor)
    }

    func close() {
        socket = nil
    }
}
