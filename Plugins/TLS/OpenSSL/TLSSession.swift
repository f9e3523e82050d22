internal import COpenSSL
import DroverCore
import DroverSystem

/// TLS on one socket.
///
/// OpenSSL reads and writes the socket itself. It takes what has come in one go (read-ahead), so a request costs one
/// read(2); whether that was all there is stands in its notes, and so the kernel is not asked again only to say no.
final class TLSSession: TransportSession {
    enum Phase {
        case handshake
        /// The peer speaks before the handshake is complete, and is answered.
        case early
        case open
        /// Nothing can be sent any more: the handshake or the connection has failed, or the farewell has been sent.
        case over
    }

    /// Which end of the connection it is.
    enum End {
        case server(TLSContext)
        case client(TLSClientContext, name: String)
    }

    let socket: StreamSocket
    private let side: End
    private(set) var connection: OpaquePointer?
    var phase = Phase.handshake
    /// Whether the peer was told by an alert why it is not heard any more.
    private var hasAlerted = false
    /// Whether everything that came has been handed out.
    var isDry = true
    private var end: TransferResult?
    /// How the handshake has failed; it fails so again.
    private var refusal: Refusal?
    private var endedEarly = false
    private(set) var failure: String?
    /// What came before the handshake was complete, and is not handed out yet.
    var early: [UInt8] = []
    /// Whether more of it may come.
    var acceptsEarly: Bool

    private enum Refusal {
        case failure(HandshakeFailure)
        case foreign(ForeignPeer)
    }

    /// A session on a socket on which nothing has been said yet.
    init(_ socket: consuming StreamSocket, _ side: End) {
        self.socket = socket
        self.side = side
        acceptsEarly = false
        acceptsEarly = earlyLimit > 0
    }

    /// How many bytes the peer may send before the handshake is complete.
    var earlyLimit: Int {
        if case .server(let context) = side { context.earlyData } else { 0 }
    }

    deinit { close() }

    var inputNotes: InputNotes {
        var notes: InputNotes = []
        if !isDry || !early.isEmpty { notes.insert(.atHand) }
        if phase == .early { notes.insert(.mayBeRepeated) }
        if endedEarly { notes.insert(.endedEarly) }
        return notes
    }

    // MARK: Handshake

    func handshake() throws -> HandshakeStep {
        if let refusal { return try fail(refusal) }
        guard phase == .handshake else { return complete }
        if connection == nil { try begin() }
        guard let connection else { preconditionFailure("it has begun") }
        var code: Int32 = 0
        if acceptsEarly {
            let outcome = receiveEarly(connection, &code)
            if outcome == 1 { return complete }
            if outcome != 2 { return try step(outcome, code, connection) }
        }
        return try step(c_openssl_handshake(connection, &code), code, connection)
    }

    private func step(_ outcome: Int, _ code: Int32, _ connection: OpaquePointer) throws -> HandshakeStep {
        switch outcome {
        case 1:
            phase = .open
            isDry = c_openssl_is_dry(connection)
            return complete
        case Int(c_openssl_wants_input): return .wantsInput
        case Int(c_openssl_wants_output): return .wantsOutput
        default: return try fail(refusal(outcome, code, connection))
        }
    }

    private var complete: HandshakeStep {
        .complete(
            Handshake(isEncrypted: true, negotiatedProtocol: applicationProtocol, hasEmptiedSocket: true))
    }

    // Not before a client has spoken: a connection that says nothing costs nothing.
    private func begin() throws {
        do throws(HandshakeFailure) {
            switch side {
            case .server(let context): connection = try context.accept(socket.descriptor)
            case .client(let context, let name): connection = try context.connect(socket.descriptor, to: name)
            }
        } catch {
            _ = try fail(.failure(error))
        }
    }

    private func fail(_ refusal: Refusal) throws -> HandshakeStep {
        phase = .over
        self.refusal = refusal
        switch refusal {
        case .failure(let failure): throw failure
        case .foreign(let peer): return .foreign(peer)
        }
    }

    private func refusal(_ outcome: Int, _ code: Int32, _ connection: OpaquePointer) -> Refusal {
        switch outcome {
        case Int(c_openssl_broken):
            return .failure(HandshakeFailure(reason: SystemError("the connection broke", code).description))
        case Int(c_openssl_ended), Int(c_openssl_cut_off):
            return .failure(HandshakeFailure(reason: "the peer ended before it was complete"))
        default: break
        }
        var reason = OpenSSLReason.take()
        let beginning = (0..<Int(c_openssl_known_bytes)).prefix { c_openssl_byte(connection, Int32($0)) >= 0 }
            .map { UInt8(c_openssl_byte(connection, Int32($0))) }
        if let first = beginning.first, !Self.recordTypes.contains(first) {
            return .foreign(ForeignPeer(beginning: beginning, reason: "the peer does not speak TLS"))
        }
        let verification = SSL_get_verify_result(connection)
        if verification != X509_V_OK {
            reason += ": \(String(cString: X509_verify_cert_error_string(verification)))"
        }
        return .failure(HandshakeFailure(reason: reason))
    }

    // RFC 8446 section 5.1, and the first byte of a hello from before TLS, which has its length there.
    private static let recordTypes: Set<UInt8> = [20, 21, 22, 23, 24, 0x80]

    // MARK: Receiving

    func receive(into space: inout OutputRawSpan) -> TransferResult {
        if let end { return end }
        // After a farewell, or a handshake that failed, what comes is of no use. Unread it would let the kernel reset
        // the connection, and the peer miss the reason.
        guard let connection, phase != .over else { return socket.receive(into: &space) }
        if phase == .early {
            if let result = receiveEarly(connection, into: &space) { return result }
            return receive(into: &space)
        }
        return space.withUnsafeMutableBytes { bytes, filled in
            let result = receive(connection, into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled...]))
            if case .bytes(let count) = result { filled += count }
            return result
        }
    }

    private func receive(_ connection: OpaquePointer, into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        var total = 0
        repeat {
            var code: Int32 = 0
            let outcome = c_openssl_read(connection, buffer.baseAddress! + total, buffer.count - total, &code)
            if outcome > 0 {
                total += outcome
                continue
            }
            note(outcome, code)
            return total > 0 ? .bytes(total) : unavailable
        } while total < buffer.count && SSL_has_pending(connection) == 1
        isDry = c_openssl_is_dry(connection)
        return .bytes(total)
    }

    /// What there is when there are no bytes.
    var unavailable: TransferResult { end ?? .wouldBlock }

    func note(_ outcome: Int, _ code: Int32) {
        isDry = outcome == Int(c_openssl_wants_input) || outcome == Int(c_openssl_wants_output)
        if isDry { return }
        switch outcome {
        case Int(c_openssl_ended): end = .endOfStream
        case Int(c_openssl_cut_off):
            endedEarly = true
            end = .endOfStream
        case Int(c_openssl_broken):
            phase = .over
            end = .failed(code)
        default:
            failure = OpenSSLReason.take()
            hasAlerted = true
            phase = .over
            end = .failed(SystemError.protocolViolation)
        }
    }

    // MARK: Sending

    private static let recordSize = 16_384

    func send(_ first: RawSpan, _ second: RawSpan) -> TransferResult {
        if first.isEmpty { return second.withUnsafeBytes(send) }
        if second.isEmpty || first.byteCount >= Self.recordSize { return first.withUnsafeBytes(send) }
        // A head and its body in one record, or as much of the body as goes into it.
        let count = min(first.byteCount + second.byteCount, Self.recordSize)
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 64) { record in
            first.withUnsafeBytes { record.copyMemory(from: $0) }
            let rest = UnsafeMutableRawBufferPointer(rebasing: record[first.byteCount...])
            second.extracting(first: rest.count).withUnsafeBytes { rest.copyMemory(from: $0) }
            return send(UnsafeRawBufferPointer(record))
        }
    }

    private func send(_ bytes: UnsafeRawBufferPointer) -> TransferResult {
        guard let connection, phase == .open || phase == .early else { return .failed(SystemError.brokenPipe) }
        var sent = 0
        // One call makes one record.
        while sent < bytes.count {
            var code: Int32 = 0
            let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
            let outcome =
                phase == .early
                ? c_openssl_write_early(connection, rest.baseAddress, rest.count, &code)
                : c_openssl_write(connection, rest.baseAddress, rest.count, &code)
            if outcome > 0 {
                sent += outcome
                continue
            }
            // What has gone wrong is said again to the call that sends the rest.
            return sent > 0 ? .bytes(sent) : sendOutcome(outcome, code)
        }
        return .bytes(sent)
    }

    func send(_ first: RawSpan, _ part: FilePart) -> TransferResult {
        if let connection, phase == .open, c_openssl_kernel_sends(connection) {
            if !first.isEmpty { return first.withUnsafeBytes(send) }
            var code: Int32 = 0
            let outcome = c_openssl_send_file(connection, part.descriptor, part.offset, part.count, &code)
            return outcome > 0 ? .bytes(outcome) : sendOutcome(outcome, code)
        }
        return part.withBytes(atMost: 4 * Self.recordSize) { piece, result in
            if case .bytes = result { return send(first, piece) }
            return first.isEmpty ? result : send(first, piece)
        }
    }

    private func sendOutcome(_ outcome: Int, _ code: Int32) -> TransferResult {
        switch outcome {
        case Int(c_openssl_wants_input), Int(c_openssl_wants_output): return .wouldBlock
        case Int(c_openssl_broken): return broken(code)
        default:
            failure = OpenSSLReason.take()
            return broken(SystemError.brokenPipe)
        }
    }

    /// Nothing can be sent any more, nor received: what still comes would be of no use without what is lost.
    private func broken(_ code: Int32) -> TransferResult {
        phase = .over
        if end == nil { end = .failed(code) }
        return .failed(code)
    }

    // MARK: The end

    func farewell() -> Farewell {
        // OpenSSL says no farewell during a handshake: the rest of it comes first.
        while phase == .early {
            guard let connection, finishEarly(connection) else { return end == nil ? .wantsInput : .complete }
            early = []
        }
        if phase == .open, let connection {
            c_openssl_farewell(connection)
            // What the peer still says is received; nothing is sent any more.
            phase = .over
        }
        return hasAlerted ? .wantsLinger : .complete
    }

    func close() {
        if let connection { SSL_free(connection) }
        connection = nil
        phase = .over
        socket.close()
    }
}

/// A peer that cannot be served.
struct HandshakeFailure: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
