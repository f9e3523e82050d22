public import DroverSystem

/// Bytes as they are: TCP and unix sockets.
public struct PlainTransport: Transport, ClientTransport {
    /// The transport; it has no settings.
    public init() {}

    /// A session that passes bytes through; there is no handshake.
    public func open(_ socket: consuming StreamSocket) -> any TransportSession {
        PlainSession(socket)
    }

    /// A session that passes bytes through; there is no handshake, and the name does not matter.
    public func open(_ socket: consuming StreamSocket, to host: String) -> any TransportSession {
        PlainSession(socket)
    }
}

/// A session that passes bytes through.
public final class PlainSession: TransportSession {
    /// The socket that they pass through.
    public let socket: StreamSocket

    /// A session on `socket`.
    public init(_ socket: consuming StreamSocket) {
        self.socket = socket
    }

    /// Receives from the socket.
    public func receive(into space: inout OutputRawSpan) -> TransferResult {
        socket.receive(into: &space)
    }

    /// Sends by the socket, with one call.
    public func send(_ first: RawSpan, _ second: RawSpan) -> TransferResult {
        socket.send(first, second)
    }

    /// Sends by the socket: `first` by itself, which waits in the kernel for the file's bytes, and those without a copy.
    public func send(_ first: RawSpan, _ part: FilePart) -> TransferResult {
        first.isEmpty ? socket.send(part) : socket.sendBeginning(first)
    }
}
