internal import COpenSSL
import DroverCore

/// OpenSSL's contexts for a listener: one for each set of certificates that a server name can stand for.
///
/// A connection keeps the one that it began with, so that certificates can change under those that go on.
final class TLSContext: Sendable {
    /// The default first.
    private let contexts: [OpenSSLObject]
    private let names: ServerNames<Int>
    private let pairs: [KeyPair]
    /// How long everything in it counts.
    let terms: [Term]
    /// What to negotiate, each name after its length.
    let protocolNames: [UInt8]
    let tickets: TicketKeys?
    let earlyData: Int

    /// The context that a connection begins with.
    var initial: OpaquePointer { contexts[0].pointer }

    /// Contexts as `settings` say, of what the files hold, whether that counts at the moment or not.
    ///
    /// - Throws: `SettingsIssues` with every mistake there is.
    init(
        _ settings: TLSSettings, _ files: FileContents, protocolNames: [String], tickets: TicketKeys?
    ) throws(SettingsIssues) {
        let pairs = try Self.pairs(settings, files)
        let plan = CertificatePlan(pairs.map { ($0.names, $0.kind) })
        let idle = Self.idle(plan, pairs, settings)
        guard idle.isEmpty else { throw SettingsIssues(idle) }
        var contexts: [OpenSSLObject] = []
        var clientTerms: [Term] = []
        do throws(SettingsIssue) {
            for choice in plan.choices {
                let builder = try ContextBuilder(settings, files, pairs: pairs)
                for index in choice { try builder.add(pairs[index], from: settings.pairs[index]) }
                contexts.append(OpenSSLObject(builder.finish(), SSL_CTX_free))
                // The same for each.
                clientTerms = builder.terms
            }
        } catch {
            throw SettingsIssues([error])
        }
        self.pairs = pairs
        terms = pairs.flatMap(\.terms) + clientTerms
        self.contexts = contexts
        self.tickets = tickets
        names = plan.names
        earlyData = settings.earlyData
        self.protocolNames = protocolNames.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        for one in contexts { attach(one.pointer, staples: pairs.contains { $0.staple != nil }) }
    }

    private static func pairs(_ settings: TLSSettings, _ files: FileContents) throws(SettingsIssues) -> [KeyPair] {
        guard !settings.pairs.isEmpty else {
            throw SettingsIssues([
                SettingsIssue(
                    "tls", at: settings.place, "needs a 'certfile': a listener has 'transport: tls' or 'auto'")
            ])
        }
        var pairs: [KeyPair] = []
        var issues: [SettingsIssue] = []
        for pair in settings.pairs {
            do throws(SettingsIssue) { pairs.append(try KeyPair(pair, files)) } catch { issues.append(error) }
        }
        guard issues.isEmpty else { throw SettingsIssues(issues) }
        return pairs
    }

    /// What is wrong with certificates that no client could ever get.
    private static func idle(_ plan: CertificatePlan, _ pairs: [KeyPair], _ settings: TLSSettings) -> [SettingsIssue] {
        pairs.indices.compactMap { index in
            let (pair, node) = (pairs[index], settings.pairs[index].certificate)
            let isChosen = plan.choices.contains { $0.contains(index) }
            // Without a name it can stand beside the default, for clients that want another kind of key; but only if it
            // is the same one's.
            if isChosen, !pair.names.isEmpty || pair.subject == pairs[0].subject { return nil }
            let path = "'\(node.text ?? "")'"
            return node.issue(
                pair.names.isEmpty
                    ? "\(path) states no name, so that no client could get it: say which it is for with 'names'"
                    : "\(path) is for no client: others before it have its names and its kind of key")
        }
    }

    /// A connection to a client, on a socket.
    ///
    /// - Throws: Why there can be none.
    func accept(_ socket: Int32) throws(HandshakeFailure) -> OpaquePointer {
        guard let connection = c_openssl_accept(initial, socket) else {
            throw HandshakeFailure(reason: OpenSSLReason.take())
        }
        return connection
    }

    /// The context for a client that asks for `name`.
    func context(for name: String) -> OpaquePointer { contexts[names[name] ?? 0].pointer }

    /// The OCSP response about the certificate that was chosen.
    func staple(for certificate: OpaquePointer?) -> [UInt8]? {
        pairs.first { $0.leaf == certificate }?.staple
    }
}
