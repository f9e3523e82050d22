import DroverCore
import DroverSystem

/// A session that speaks TLS or not, as the peer's first byte has it.
final class AutoSession: WrappingSession {
    // The first byte of a handshake; no protocol in letters begins so.
    private static let handshakeRecord: UInt8 = 0x16

    private let plain: PlainSession
    private let context: TLSContext
    /// What the peer speaks, plain until that is known.
    private(set) var wrapped: any TransportSession
    private var hasChosen = false

    init(_ socket: consuming StreamSocket, _ context: TLSContext) {
        plain = PlainSession(socket)
        wrapped = plain
        self.context = context
    }

    func handshake() throws -> HandshakeStep {
        if !hasChosen {
            switch firstByte() {
            case .wouldBlock: return .wantsInput
            case .byte(Self.handshakeRecord): wrapped = TLSSession(plain.socket.handOver(), .server(context))
            // An end and an error are for the protocol to find.
            case .byte, .ended: break
            }
            hasChosen = true
        }
        return try wrapped.handshake()
    }

    private enum Beginning {
        case byte(UInt8), wouldBlock, ended
    }

    private func firstByte() -> Beginning {
        withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { memory in
            var space = OutputRawSpan(buffer: memory, initializedCount: 0)
            let result = plain.socket.peek(into: &space)
            _ = space.finalize(for: memory)
            return switch result {
            case .bytes: .byte(memory[0])
            case .wouldBlock: .wouldBlock
            case .endOfStream, .failed: .ended
            }
        }
    }
}
