internal import COpenSSL
import DroverCore
import DroverSystem

/// TLS on one socket.
///
/// OpenSSL reads and writes the socket itself. It takes what has come in one go (read-ahead), so a request costs one
/// read(2); whether that was all there is stands in its notes, and so nobody asks the kernel again only to hear no.
final class TLSSession: TransportSession {
    enum Phase {
        case handshake
        /// The peer speaks before the handshake is complete, and is answered.
        case early
        case open
        /// Nothing can be sent any more: the handshake or the connection has failed, or the farewell has been sent.
        case over
    }

    let descriptor: Int32
    let context: TLSContext
    private var socket: StreamSocket?
    private(set) var connection: OpaquePointer?
    var phase = Phase.handshake
    private var isAborted = false
    /// Whether nobody reads any more what comes.
    private var isDiscarding = false
    /// Whether the peer was told by an alert why it is not heard any more.
    private var hasAlerted = false
    /// Whether everything that came has been handed out.
    var isDry = true
    private var end: TransferResult?
    /// Why there is nobody to talk to; said again to whoever tries again.
    private var refusal: HandshakeFailure?
    private(set) var endedEarly = false
    private(set) var failure: String?
    /// What came before the handshake was complete, and is not handed out yet.
    var early: [UInt8] = []
    /// Whether more of it may come.
    var acceptsEarly: Bool
    /// What a peer has begun with that does not speak TLS.
    private(set) var strangeBeginning: [UInt8] = []

    /// A session on a socket whose peer has said nothing yet.
    init(_ socket: consuming StreamSocket, _ context: TLSContext) {
        descriptor = socket.descriptor.raw
        self.socket = consume socket
        self.context = context
        acceptsEarly = context.earlyData > 0
    }

    deinit { close() }

    var isEncrypted: Bool { true }
    var holdsInput: Bool { !isDry || !early.isEmpty }

    // MARK: Handshake

    func handshake() throws -> HandshakeStep {
        if let refusal { throw refusal }
        guard phase == .handshake else { return .doneWithInput }
        let connection = try self.connection ?? begin()
        var code: Int32 = 0
        if acceptsEarly {
            let outcome = receiveEarly(connection, &code)
            if outcome == 1 { return .doneWithInput }
            if outcome != 2 { return try step(outcome, code, connection) }
        }
        return try step(c_openssl_handshake(connection, &code), code, connection)
    }

    private func step(_ outcome: Int, _ code: Int32, _ connection: OpaquePointer) throws -> HandshakeStep {
        switch outcome {
        case 1:
            phase = .open
            isDry = c_openssl_is_dry(connection)
            return .doneWithInput
        case Int(c_openssl_wants_input): return .wantsInput
        case Int(c_openssl_wants_output): return .wantsOutput
        default: throw refuse(failure(outcome, code, connection))
        }
    }

    // Not before the peer has spoken: a connection that says nothing costs nothing.
    private func begin() throws -> OpaquePointer {
        guard let connection = c_openssl_accept(context.initial, descriptor) else {
            throw refuse(HandshakeFailure(reason: OpenSSLReason.take()))
        }
        self.connection = connection
        return connection
    }

    private func refuse(_ failure: HandshakeFailure) -> HandshakeFailure {
        phase = .over
        refusal = failure
        return failure
    }

    private func failure(_ outcome: Int, _ code: Int32, _ connection: OpaquePointer) -> HandshakeFailure {
        switch outcome {
        case Int(c_openssl_broken):
            return HandshakeFailure(reason: SystemError("the connection broke", code).description)
        case Int(c_openssl_ended), Int(c_openssl_cut_off):
            return HandshakeFailure(reason: "the peer ended before it was complete")
        default: break
        }
        var reason = OpenSSLReason.take()
        let verification = SSL_get_verify_result(connection)
        if verification != X509_V_OK {
            reason += ": \(String(cString: X509_verify_cert_error_string(verification)))"
        }
        let beginning = (0..<Int(c_openssl_known_bytes)).prefix { c_openssl_byte(connection, Int32($0)) >= 0 }
            .map { UInt8(c_openssl_byte(connection, Int32($0))) }
        if let first = beginning.first, !Self.recordTypes.contains(first) {
            reason = "the peer does not speak TLS"
            strangeBeginning = beginning
        }
        return HandshakeFailure(reason: reason)
    }

    // RFC 8446 section 5.1, and the first byte of a hello from before TLS, which has its length there.
    private static let recordTypes: Set<UInt8> = [20, 21, 22, 23, 24, 0x80]

    func sendInClear(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { _ = StreamSocket.send(descriptor, $0) }
    }

    // MARK: Receiving

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        if let end, !isDiscarding { return end }
        // After a farewell or a handshake that failed nobody wants what comes, but unread it would let the kernel reset the
        // connection, and the peer miss the reason.
        guard let connection, phase != .over else { return StreamSocket.receive(descriptor, into: buffer) }
        if phase == .early {
            if let result = receiveEarly(connection, into: buffer) { return result }
            if isDiscarding { endSending() }
            return receive(into: buffer)
        }
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

    func discard(through buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        // After the farewell nothing is decrypted any more.
        if phase == .over { return StreamSocket.discard(descriptor, through: buffer) }
        return receive(into: buffer)
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

    func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> TransferResult {
        if first.isEmpty { return send(second) }
        if second.isEmpty || first.count >= Self.recordSize { return send(first) }
        // A head and its body in one record, or as much of the body as goes into it.
        let count = min(first.count + second.count, Self.recordSize)
        return withUnsafeTemporaryAllocation(byteCount: count, alignment: 64) { record in
            record.copyMemory(from: first)
            UnsafeMutableRawBufferPointer(rebasing: record[first.count...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: second[..<(count - first.count)]))
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
            // What has gone wrong is said again to whoever sends the rest.
            return sent > 0 ? .bytes(sent) : sendOutcome(outcome, code)
        }
        return .bytes(sent)
    }

    func send(file: Int32, offset: Int64, count: Int) -> TransferResult {
        if let connection, phase == .open, c_openssl_kernel_sends(connection) {
            var code: Int32 = 0
            let outcome = c_openssl_send_file(connection, file, offset, count, &code)
            return outcome > 0 ? .bytes(outcome) : sendOutcome(outcome, code)
        }
        return withUnsafeTemporaryAllocation(byteCount: min(count, 4 * Self.recordSize), alignment: 64) { buffer in
            switch OpenFile.read(file, from: offset, into: buffer) {
            case .bytes(let got): send(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
            case let other: other
            }
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

    var endsSlowly: Bool { (phase == .early || hasAlerted) && !isAborted }

    func endSending() {
        isDiscarding = true
        // OpenSSL says no farewell during a handshake: the rest of it comes first.
        if phase == .early { return }
        sayFarewell()
        StreamSocket.endSending(descriptor)
    }

    func abort() {
        isAborted = true
        StreamSocket.resetAtClose(descriptor)
    }

    func close() {
        sayFarewell()
        if let connection { SSL_free(connection) }
        connection = nil
        phase = .over
        socket = nil
    }

    private func sayFarewell() {
        guard phase == .open, !isAborted, let connection else { return }
        c_openssl_farewell(connection)
        // What the peer still says is received; nothing is sent any more.
        phase = .over
    }
}

/// A peer that cannot be served.
struct HandshakeFailure: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
