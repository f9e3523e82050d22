internal import COpenSSL
import DroverCore
import DroverSystem

// What a client that resumes says before the handshake is complete, where that is switched on. Whoever has listened can
// send it again, so the protocol hears that it may be a repetition.

extension TLSSession {
    var mayBeRepeated: Bool { phase == .early }

    /// The first of what comes early.
    ///
    /// - Returns: 1 when the peer can be served, 2 when there is nothing more of it, or what the handshake needs.
    func receiveEarly(_ connection: OpaquePointer, _ code: inout Int32) -> Int {
        var buffer = [UInt8](repeating: 0, count: context.earlyData)
        var got = 0
        let outcome = c_openssl_read_early(connection, &buffer, buffer.count, &got, &code)
        if outcome == 2 { acceptsEarly = false }
        if outcome == 1 {
            early = Array(buffer.prefix(got))
            phase = .early
            isDry = false
        }
        return outcome
    }

    /// What there is for somebody who is served early; nil when the handshake is complete, and all is as usual.
    func receiveEarly(_ connection: OpaquePointer, into buffer: UnsafeMutableRawBufferPointer) -> TransferResult? {
        var code: Int32 = 0
        if early.isEmpty, acceptsEarly {
            let outcome = receiveEarly(connection, &code)
            if outcome < 1 {
                note(outcome, code)
                return unavailable
            }
        }
        if !early.isEmpty {
            let count = min(early.count, buffer.count)
            buffer.copyBytes(from: early.prefix(count))
            early.removeFirst(count)
            return .bytes(count)
        }
        let outcome = c_openssl_handshake(connection, &code)
        guard outcome == 1 else {
            note(outcome, code)
            return unavailable
        }
        phase = .open
        return nil
    }
}
