internal import COpenSSL
import DroverCore
import DroverSystem

// What a client that resumes says before the handshake is complete, where that is switched on. An eavesdropper
// can send it again, so the protocol hears that it may be a repetition.

extension TLSSession {
    /// The first of what comes early.
    ///
    /// - Returns: 1 when the peer can be served, 2 when there is nothing more of it, or what the handshake needs.
    func receiveEarly(_ connection: OpaquePointer, _ code: inout Int32) -> Int {
        var buffer = [UInt8](repeating: 0, count: earlyLimit)
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

    /// What there is for a peer that is served early; nil when the handshake is complete, and all is as usual.
    func receiveEarly(_ connection: OpaquePointer, into space: inout OutputRawSpan) -> TransferResult? {
        if early.isEmpty, !finishEarly(connection) { return unavailable }
        guard !early.isEmpty else { return nil }
        let count = min(early.count, space.freeCapacity)
        for byte in early.prefix(count) { space.append(byte) }
        early.removeFirst(count)
        return .bytes(count)
    }

    /// Goes on with the handshake of a peer that is served early, or receives more of what it says, into `early`.
    ///
    /// - Returns: Whether one of both came to something.
    func finishEarly(_ connection: OpaquePointer) -> Bool {
        var code: Int32 = 0
        var outcome = 2
        if acceptsEarly { outcome = receiveEarly(connection, &code) }
        if outcome == 1 { return true }
        if outcome == 2 { outcome = c_openssl_handshake(connection, &code) }
        if outcome == 1 {
            phase = .open
            return true
        }
        note(outcome, code)
        return false
    }
}
