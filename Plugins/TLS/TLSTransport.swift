import DroverCore
import DroverSystem
import Logging

/// TLS on a listener.
///
/// It is made in the arbiter, which may read the keys. Workers inherit it, and take newer certificates over when the
/// arbiter has published some; only the thread that accepts calls `open`.
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
    /// Where the arbiter publishes files that have changed; nil where it does not look.
    private let bulletin: FileBulletin?
    private(set) var upkeep: (any TransportUpkeep)?

    /// The transport that `given` describes.
    ///
    /// - Throws: `SettingsIssues` with every mistake, that of a file too.
    init(_ given: TransportContext, plain: Plain) throws {
        let settings = try TLSSettings(section: given.section)
        self.settings = settings
        self.plain = plain
        protocolNames = settings.protocolNames ?? given.protocolNames
        tickets = settings.hasTickets ? try TicketKeys(given.areas) : nil
        let files = FileContents()
        context = try TLSContext(settings, files, protocolNames: protocolNames, tickets: tickets)
        bulletin = settings.watches ? try FileBulletin(for: files) : nil
        if tickets != nil || bulletin != nil { upkeep = TLSUpkeep(self, tickets) }
    }

    func open(_ socket: consuming StreamSocket) -> any TransportSession {
        adoptNews()
        return switch plain {
        case .refused: TLSSession(socket, context)
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
        if let bulletin, !bulletin.publish(files) {
            throw SettingsIssues([
                SettingsIssue("watch", at: settings.place, "cannot hand on files that have grown so much: reload")
            ])
        }
        context = newer
    }

    private func adoptNews() {
        guard let files = bulletin?.news() else { return }
        // The arbiter has tried it before it was published.
        guard let newer = try? TLSContext(settings, files, protocolNames: protocolNames, tickets: tickets) else {
            return
        }
        context = newer
    }
}
