import Drover

/// Frames on one socket, at either end.
final class FrameSession: TransportSession {
    enum End {
        case server, client
    }

    let socket: StreamSocket
    private let end: End
    private let limit: Int
    private var reader: FrameReader
    /// Bytes under way to the socket, and how many bytes of payload they stand for.
    private var output: [UInt8] = []
    private var carried = 0
    private var hasGreeted = false
    private var hasHeard = false
    /// Whether the last receive took all there was.
    private var isDry = true
    /// What there is when nothing more can come.
    private var final: TransferResult?
    private var wasCutOff = false
    private(set) var failure: String?

    init(_ socket: consuming StreamSocket, _ end: End, limit: Int) {
        self.socket = socket
        self.end = end
        self.limit = limit
        reader = FrameReader(limit: limit)
    }

    var inputNotes: InputNotes {
        var notes: InputNotes = []
        if reader.hasFrame || !isDry || final != nil { notes.insert(.atHand) }
        if wasCutOff { notes.insert(.endedEarly) }
        return notes
    }

    // MARK: Handshake

    /// Each end says hello, the client first: to a peer that speaks something else a server must not have said anything.
    func handshake() throws -> HandshakeStep {
        if end == .client { greet() }
        guard try flushHello() else { return .wantsOutput }
        while !hasHeard {
            switch reader.takeHello() {
            case true?: hasHeard = true
            case false?: if try !receiveHello() { return .wantsInput }
            case nil:
                return .foreign(ForeignPeer(beginning: reader.input, reason: "the peer does not speak frames"))
            }
        }
        greet()
        return try flushHello() ? .complete(Handshake(hasEmptiedSocket: true)) : .wantsOutput
    }

    private func greet() {
        if hasGreeted { return }
        hasGreeted = true
        output = Frame.hello
    }

    private func flushHello() throws -> Bool {
        switch flush() {
        case nil: return true
        case .failed(let code): throw SystemError("send", code)
        default: return false
        }
    }

    private func receiveHello() throws -> Bool {
        switch receiveMore() {
        case .bytes: return true
        case .wouldBlock: return false
        case .endOfStream: throw Refusal(description: "the peer ended before it was complete")
        case .failed(let code): throw SystemError("recv", code)
        }
    }

    private struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    // MARK: Receiving

    func receive(into space: inout OutputRawSpan) -> TransferResult {
        let before = space.byteCount
        var mayCome = true
        while final == nil, space.freeCapacity > 0 {
            do throws(BrokenFrame) {
                switch try reader.next() {
                case .payload: reader.move(into: &space)
                case .farewell: final = .endOfStream
                case .incomplete:
                    guard mayCome, case .bytes = receiveMore() else { return moved(space.byteCount - before) }
                    // Less than there was room for is all there was.
                    mayCome = !isDry
                }
            } catch {
                failure = error.description
                final = .failed(Self.protocolViolation)
            }
        }
        return moved(space.byteCount - before)
    }

    private func moved(_ count: Int) -> TransferResult { count > 0 ? .bytes(count) : final ?? .wouldBlock }

    private static let pieceSize = 16_384
    // EPROTO, errno(3); what it was in this case is the session's `failure`.
    private static let protocolViolation: Int32 = 71

    private func receiveMore() -> TransferResult {
        reader.makeRoom()
        let result = socket.receive(limit: Self.pieceSize, appendingTo: &reader.input)
        isDry = result != .bytes(Self.pieceSize)
        switch result {
        case .bytes, .wouldBlock: break
        case .endOfStream:
            wasCutOff = true
            final = result
        case .failed: final = result
        }
        return result
    }

    // MARK: Sending

    func send(_ first: RawSpan, _ second: RawSpan) -> TransferResult {
        if output.isEmpty {
            carried = min(first.byteCount + second.byteCount, limit)
            let beginning = min(first.byteCount, carried)
            output =
                Frame(carried) { bytes in
                    first.extracting(first: beginning).withUnsafeBytes { bytes += $0 }
                    second.extracting(first: carried - beginning).withUnsafeBytes { bytes += $0 }
                }.bytes
        }
        // A frame that has begun is sent to its end before anything else; until then its payload is not.
        return flush() ?? .bytes(carried)
    }

    /// Sends what is under way; nil when all of it is sent.
    private func flush() -> TransferResult? {
        while !output.isEmpty {
            switch socket.send(output.span.bytes) {
            case .bytes(let count) where count < output.count: output.removeFirst(count)
            case .bytes: output = []
            case let other: return other
            }
        }
        return nil
    }

    func farewell() -> Farewell {
        // To a peer whose frame was broken it would be untrue: what it sent has not been received.
        if hasHeard, failure == nil, output.isEmpty {
            output = Frame.farewell
            _ = flush()
        }
        return .complete
    }
}
