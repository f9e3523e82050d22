public import Logging

/// Tells clients that have taken a listener for another one, in their own language.
///
/// A protocol asks it about bytes that it does not understand, before it has consumed any of them. What the clients of
/// the server's other protocols and transports look like, those say with their `ClientSignature`.
public final class MismatchHelp: Sendable {
    private struct Other: Sendable {
        let signature: ClientSignature
        let pacer = NoticePacer()
    }

    private let spoken: String
    private let others: [Other]
    private let logger: Logger?

    /// Help for a listener that speaks `spoken`; without signatures there is nobody to recognise.
    public init(spoken: String, _ signatures: [ClientSignature] = [], logger: Logger? = nil) {
        self.spoken = spoken
        others = signatures.map { Other(signature: $0) }
        self.logger = logger
    }

    /// Whether what the connection has received may become what another protocol's client sends first.
    ///
    /// For protocols that cannot tell a mistake from something incomplete.
    public func mayAnswer(_ connection: Connection) -> Bool {
        connection.withBuffered { bytes in others.contains { $0.signature.likeness(bytes) != .no } }
    }

    /// Answers a client of another protocol, if what the connection has received is what such a client sends first.
    ///
    /// The connection has to end then: return from `serve`. Each kind of client is logged once a minute.
    ///
    /// - Returns: Whether there was such a client.
    public func answer(_ connection: Connection) -> Bool {
        if others.isEmpty || connection.bufferedCount == 0 { return false }
        let found = connection.withBuffered { bytes in others.first { $0.signature.likeness(bytes) == .yes } }
        guard let found else { return false }
        connection.countError()
        let refusal = found.signature.refusal(spoken)
        connection.withOutput(reserving: refusal.count) { $0.append(bytes: refusal.span.bytes) }
        // It may be sending still, and closing at once would take the answer away from it.
        connection.lingerAtEnd()
        if let logger, let unsaid = found.pacer.count(at: connection.wallClock) {
            logger.event(
                .info, "wrong_protocol",
                [
                    "peer": connection.peer, "bind": connection.local, "client": found.signature.name, "spoken": spoken,
                    "unsaid": unsaid,
                ])
        }
        return true
    }
}
