import DroverCore
import DroverSystem
import Logging

/// What TLS has to do in the arbiter: rotate the keys of session tickets, look whether files have changed, and say when
/// something in them comes to its end.
///
/// The arbiter's one thread calls it.
final class TLSUpkeep: TransportUpkeep {
    private unowned let transport: TLSTransport
    private let tickets: TicketKeys?
    private let lifetime: Int64
    private var nextRotation: Int64?
    private var nextLook: Int64?
    private var seen: [String: FileStatus]
    private var terms: TermWatch
    private var nextReview: Int64?

    private static let lookInterval: Int64 = 1_000

    /// What `transport` needs done; `seen` is the files' status when it read them.
    init(_ transport: TLSTransport, _ tickets: TicketKeys?, seen: [String: FileStatus]) {
        self.transport = transport
        self.seen = seen
        self.tickets = tickets
        lifetime = Int64(transport.settings.lifetime) * 1_000
        terms = TermWatch(transport.context.terms)
        nextRotation = tickets.map { $0.rotatedAt + lifetime }
        nextReview = MonotonicClock.milliseconds()
        if transport.settings.watches { nextLook = MonotonicClock.milliseconds() + Self.lookInterval }
    }

    var nextMoment: Int64? { [nextRotation, nextLook, nextReview].compactMap { $0 }.min() }

    func perform(now: Int64, logger: Logger) {
        if let moment = nextRotation, moment <= now { rotate(now, logger) }
        if let moment = nextLook, moment <= now { look(now, logger) }
        if let moment = nextReview, moment <= now { review(now, logger) }
    }

    private func look(_ now: Int64, _ logger: Logger) {
        nextLook = now + Self.lookInterval
        let found = Self.look(at: transport.settings.files)
        guard found != seen else { return }
        seen = found
        reload(logger)
    }

    private func review(_ now: Int64, _ logger: Logger) {
        let wall = WallClock.seconds()
        for (term, stage) in terms.news(at: wall) { logger.report(term, stage, at: wall) }
        nextReview = terms.pause(at: wall).map { now + $0 * 1_000 }
    }

    private func rotate(_ now: Int64, _ logger: Logger) {
        guard let tickets else { return }
        do {
            // Another listener, or another arbiter during an upgrade, may have done it already.
            if tickets.rotatedAt + lifetime <= now, try tickets.rotate(now: now) {
                logger.event(.debug, "ticket_keys_rotated")
            }
        } catch {
            logger.event(.error, "ticket_keys_kept", ["reason": "\(error)"])
        }
        nextRotation = max(tickets.rotatedAt, now - lifetime + 1_000) + lifetime
    }

    private func reload(_ logger: Logger) {
        do {
            try transport.reload()
            reloaded(logger)
        } catch {
            // A certificate and its key are two files: between them they do not match, and the next look will find both.
            let reason = "\(error)".split(separator: "\n").joined(separator: "; ")
            logger.event(.warning, "certificates_kept", ["reason": reason])
        }
    }

    private func reloaded(_ logger: Logger) {
        let files = Set(transport.settings.files.compactMap(\.text))
        logger.event(.info, "certificates_reloaded", ["files": files.count])
        terms = TermWatch(transport.context.terms)
        review(MonotonicClock.milliseconds(), logger)
    }

    func renew(from newer: any TransportUpkeep, logger: Logger) -> TransportRenewal {
        guard let newer = newer as? TLSUpkeep else { return .needsWorkers }
        let outcome = transport.renew(from: newer.transport)
        if outcome == .renewed {
            // The next look would find the same again.
            seen = newer.seen
            reloaded(logger)
        }
        return outcome
    }

    /// The status of each of `files`; of those that are not there, none.
    static func look(at files: [SettingsNode]) -> [String: FileStatus] {
        var found: [String: FileStatus] = [:]
        for path in files.compactMap(\.text) { found[path] = try? FileStatus(path: path) }
        return found
    }
}
