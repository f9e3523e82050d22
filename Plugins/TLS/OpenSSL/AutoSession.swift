import DroverCore
import DroverSystem

/// A session that speaks TLS or not, as the peer's first byte has it.
final class AutoSession: TransportSession {
    private enum Choice {
        case open(PlainPromise)
        case made(any TransportSession)
    }

    /// A socket that nobody has spoken on.
    private final class PlainPromise {
        var socket: StreamSocket?
        init(_ socket: consuming StreamSocket) { self.socket = consume socket }
    }

    // The first byte of a handshake; no protocol in letters begins so.
    private static let handshakeRecord: UInt8 = 0x16

    let descriptor: Int32
    private let context: TLSContext
    private var choice: Choice

    init(_ socket: consuming StreamSocket, _ context: TLSContext) {
        descriptor = socket.descriptor.raw
        self.context = context
        choice = .open(PlainPromise(socket))
    }

    private var session: (any TransportSession)? {
        if case .made(let session) = choice { session } else { nil }
    }

    func handshake() throws -> HandshakeStep {
        if case .open(let promise) = choice {
            var first: UInt8 = 0
            switch withUnsafeMutableBytes(of: &first, { StreamSocket.peek(descriptor, into: $0) }) {
            case .wouldBlock: return .wantsInput
            case .bytes where first == Self.handshakeRecord:
                guard let socket = promise.socket.take() else { preconditionFailure("a socket is taken once") }
                choice = .made(TLSSession(socket, context))
            // An end and an error are for the protocol to find.
            case .bytes, .endOfStream, .failed:
                guard let socket = promise.socket.take() else { preconditionFailure("a socket is taken once") }
                choice = .made(PlainTransport().open(socket))
            }
        }
        return try session?.handshake() ?? .done
    }

    var isEncrypted: Bool { session?.isEncrypted ?? false }
    var security: TransportSecurity? { session?.security }
    var negotiatedProtocol: String? { session?.negotiatedProtocol }
    var holdsInput: Bool { session?.holdsInput ?? false }
    var mayBeRepeated: Bool { session?.mayBeRepeated ?? false }
    var endedEarly: Bool { session?.endedEarly ?? false }
    var failure: String? { session?.failure }
    var endsSlowly: Bool { session?.endsSlowly ?? false }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        session?.receive(into: buffer) ?? StreamSocket.receive(descriptor, into: buffer)
    }

    func discard(through buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        session?.discard(through: buffer) ?? StreamSocket.discard(descriptor, through: buffer)
    }

    func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> TransferResult {
        session?.send(first, second) ?? .wouldBlock
    }

    func sendBeginning(_ bytes: UnsafeRawBufferPointer) -> TransferResult {
        session?.sendBeginning(bytes) ?? .wouldBlock
    }

    func send(file: Int32, offset: Int64, count: Int) -> TransferResult {
        session?.send(file: file, offset: offset, count: count) ?? .wouldBlock
    }

    func endSending() {
        if let session { session.endSending() } else { StreamSocket.endSending(descriptor) }
    }

    func abort() {
        if let session { session.abort() } else { StreamSocket.resetAtClose(descriptor) }
    }

    func close() {
        session?.close()
        if case .open(let promise) = choice { promise.socket = nil }
    }
}
