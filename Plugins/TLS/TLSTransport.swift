import DroverCore
import DroverSystem
import Logging

/// TLS on a listener.
///
/// It is made in the arbiter, which may read the keys. Workers inherit it, and take newer certificates over when the
/// arbiter has published some; only the thread that accepts calls `open`.
///
/// Unchecked: the context, the files and the upkeep. The arbiter's one thread changes them, and in a worker, which has a copy
/// by fork(2), the thread that accepts.
final class TLSTransport: Transport, @unchecked Sendable {
    /// What becomes of clients that do not speak TLS.
    enum Plain: Sendable {
        case refused, served
    }

    let settings: TLSSettings
    private let plain: Plain
    private let protocolNames: [String]
    private let tickets: TicketKeys?
    private(set) var context: TLSContext
    /// What the context was made of, in the arbiter.
    private(set) var files: FileContents
    /// Where the arbiter publishes files that have changed.
    private let bulletin: FileBulletin
    private(set) var upkeep: (any TransportUpkeep)?

    /// The transport that `given` describes.
    ///
    /// - Throws: `SettingsIssues` with every mistake, that of a file too.
    init(_ given: TransportContext, plain: Plain) throws {
        let settings = try TLSSettings(section: given.section)
        self.settings = settings
        self.plain = plain
        protocolNames = settings.protocolNames ?? given.protocolNames
        tickets = settings.hasTickets ? try TicketKeys(given.areas, lifetime: settings.lifetime) : nil
        // Before they are read: what changes in between is found at the first look.
        let seen = settings.watches ? TLSUpkeep.look(at: settings.files) : [:]
        files = FileContents()
        context = try TLSContext(settings, files, protocolNames: protocolNames, tickets: tickets)
        try Self.review(context, hasPredecessor: given.hasPredecessor)
        bulletin = try FileBulletin(for: files)
        upkeep = TLSUpkeep(self, tickets, seen: seen)
    }

    var warnings: [SettingsIssue] { TermReview(terms: context.terms, now: WallClock.seconds()).warnings }

    /// Only the arbiter judges by the clock: workers take what it has published.
    private static func review(_ context: TLSContext, hasPredecessor: Bool) throws(SettingsIssues) {
        let review = TermReview(terms: context.terms, now: WallClock.seconds())
        let issues = review.issues(hasPredecessor: hasPredecessor)
        guard issues.isEmpty else { throw SettingsIssues(issues) }
    }

    func open(_ socket: consuming StreamSocket) -> any TransportSession {
        adoptNews()
        return switch plain {
        case .refused: TLSSession(socket, .server(context))
        case .served: AutoSession(socket, context)
        }
    }

    // MARK: Certificates that change

    /// Reads all files anew, in the arbiter, and lets everybody who accepts from now on use them.
    ///
    /// - Throws: `SettingsIssues`, and nothing has changed.
    func reload() throws(SettingsIssues) {
        let files = FileContents()
        let newer = try TLSContext(settings, files, protocolNames: protocolNames, tickets: tickets)
        try Self.review(newer, hasPredecessor: true)
        guard publish(files, newer) else {
            throw SettingsIssues([
                SettingsIssue("watch", at: settings.place, "cannot hand on files that have grown so much: reload")
            ])
        }
    }

    /// Lets everybody who accepts from now on use what `newer` was made of.
    func renew(from newer: TLSTransport) -> TransportRenewal {
        if newer.files.digest == files.digest { return .unchanged }
        return publish(newer.files, newer.context) ? .renewed : .needsWorkers
    }

    private func publish(_ files: FileContents, _ newer: TLSContext) -> Bool {
        guard bulletin.publish(files) else { return false }
        self.files = files
        context = newer
        return true
    }

    private func adoptNews() {
        guard let files = bulletin.news() else { return }
        // The arbiter has tried it before it was published.
        guard let newer = try? TLSContext(settings, files, protocolNames: protocolNames, tickets: tickets) else {
            return
        }
        context = newer
    }
}
