import DroverBytes
public import Logging

/// Tells clients that have taken a listener for another one, in their own language.
///
/// A protocol asks it about bytes that it does not understand, before it has consumed any of them. What the clients of
/// the server's other protocols and transports look like, those say with their `ClientSignature`.
public final class MismatchHelp: Sendable {
    private struct Other: Sendable {
        let signature: ClientSignature
        let spoken: String
        let pacer: NoticePacer
    }

    private let others: [Other]
    private let logger: Logger?

    /// Help for a listener that speaks `spoken`; without signatures there is no client to recognise.
    public convenience init(spoken: String, _ signatures: [ClientSignature] = [], logger: Logger? = nil) {
        self.init(signatures, logger: logger, spoken: { _ in spoken })
    }

    /// Help that tells different clients different things about what is spoken; `pacer` says who else logs the same.
    package init(
        _ signatures: [ClientSignature], logger: Logger?, pacer: (String) -> NoticePacer = { _ in NoticePacer() },
        spoken: (ClientSignature) -> String
    ) {
        others = signatures.map { signature in
            let spoken = spoken(signature)
            return Other(signature: signature, spoken: spoken, pacer: pacer("\(signature.name) to \(spoken)"))
        }
        self.logger = logger
    }

    private init(_ others: [Other], _ logger: Logger?) {
        self.others = others
        self.logger = logger
    }

    /// The same help without the clients that `name` names, for a protocol that has more to say to those itself.
    public func leavingOut(_ name: String) -> MismatchHelp {
        MismatchHelp(others.filter { $0.signature.name != name }, logger)
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
    /// A protocol of bytes rather than words asks only about what it cannot read itself: four bytes that it may take for a
    /// length can be another protocol's whole packet.
    ///
    /// - Returns: Whether there was such a client.
    public func answer(_ connection: Connection) -> Bool {
        if others.isEmpty || connection.bufferedCount == 0 { return false }
        guard let refusal = connection.withBuffered({ refusal(of: $0, connection) }) else { return false }
        connection.countError()
        connection.withOutput(reserving: refusal.count) { $0.append(bytes: refusal.span.bytes) }
        // It may be sending still, and closing at once would take the answer away from it.
        connection.lingerAtEnd()
        return true
    }

    /// What to send to a client that has begun with `bytes`; nil if no signature knows them.
    ///
    /// It is logged as well.
    package func refusal(of bytes: RawSpan, _ connection: Connection) -> [UInt8]? {
        guard let found = others.first(where: { $0.signature.likeness(bytes) == .yes }) else { return nil }
        if let logger, let unsaid = found.pacer.count(at: connection.wallClock) {
            logger.event(
                .info, "wrong_protocol",
                [
                    "peer": connection.peer, "bind": connection.local, "client": found.signature.name,
                    "spoken": found.spoken, "unsaid": unsaid,
                ])
        }
        return found.signature.refusal(found.spoken)
    }
}
