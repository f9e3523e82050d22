import DroverSystem
import Testing

@testable import DroverHTTPMessages

/// What proxies say of a request, and what is to be made of it.
///
/// Trusted are 10.0.0.0/8, fd00::/8 and unix sockets.
struct ForwardingCase: Sendable, CustomTestStringConvertible {
    /// What is known in the end; nil where it is not said.
    struct Origin: Equatable, Sendable {
        var client: String?
        var scheme: String?
        var host: String?
    }

    /// How the proxies say it.
    enum Words: Sendable {
        /// Lists of values, the nearest proxy's at the end, which each spelling has fields or variables for.
        case lists(clients: [String], schemes: [String], hosts: [String])
        /// Header fields as they are written.
        case fields([String])
        /// A gateway's variables as they are written.
        case variables([String])
    }

    let words: Words
    /// Nil for a request that is refused with 400.
    let origin: Origin?

    var testDescription: String { "\(words)" }

    static func lists(
        clients: [String] = [], schemes: [String] = [], hosts: [String] = [], _ origin: Origin?
    ) -> ForwardingCase {
        ForwardingCase(words: .lists(clients: clients, schemes: schemes, hosts: hosts), origin: origin)
    }

    static func fields(_ fields: String..., is origin: Origin?) -> ForwardingCase {
        ForwardingCase(words: .fields(fields), origin: origin)
    }

    static func variables(_ variables: String..., is origin: Origin?) -> ForwardingCase {
        ForwardingCase(words: .variables(variables), origin: origin)
    }
}

// MARK: Spelling

extension ForwardingCase {
    /// Every spelling of the words, as header fields.
    var spelledAsFields: [[String]] {
        switch words {
        case .fields(let fields): return [fields]
        case .variables: return []
        case .lists(let clients, let schemes, let hosts):
            let names = [("X-Forwarded-For", clients), ("x-forwarded-proto", schemes), ("X-Forwarded-Host", hosts)]
            let inOne = names.filter { !$0.1.isEmpty }.map { "\($0): \($1.joined(separator: ", "))" }
            let inMany = names.flatMap { name, values in values.map { "\(name):\($0)" } }
            let quoted = elements(clients, schemes, hosts) { "\"\($0)\"" }
            var spellings = [inOne, inMany, ["Forwarded: \(quoted.joined(separator: ", "))"]]
            if !(clients + hosts).contains(where: { $0.contains(" ") || $0.contains("/") }) {
                spellings.append(elements(clients, schemes, hosts) { $0 }.map { "forwarded:\($0)" })
            }
            return spellings
        }
    }

    /// The elements of `Forwarded`, in which the last values belong together.
    private func elements(
        _ clients: [String], _ schemes: [String], _ hosts: [String], _ write: (String) -> String
    ) -> [String] {
        let count = max(clients.count, schemes.count, hosts.count)
        return (0..<count).map { place in
            [("For", clients), ("proto", schemes), ("host", hosts)].compactMap { name, values in
                let index = place - (count - values.count)
                return index < 0 ? nil : "\(name)=\(write(values[index]))"
            }.joined(separator: ";")
        }
    }

    /// Every spelling of the words, as variables; a gateway names one host only.
    var spelledAsVariables: [[String]] {
        switch words {
        case .fields: return []
        case .variables(let variables): return [variables]
        case .lists(let clients, let schemes, let hosts):
            guard hosts.count < 2 else { return [] }
            let names = [("REMOTE_ADDR", clients), ("REQUEST_SCHEME", schemes), ("HTTP_HOST", hosts)]
            return [names.filter { !$0.1.isEmpty }.map { "\($0)=\($1.joined(separator: ", "))" }]
        }
    }
}

// MARK: Reading

extension ForwardingCase {
    private static var rules: ForwardingRules {
        var rules = ForwardingRules()
        rules.trusted = (try? AddressRanges(parsing: ["10.0.0.0/8", "fd00::/8", "unix"])) ?? .loopback
        return rules
    }

    private static func origin(_ client: SocketAddress?, _ isSecure: Bool?, _ host: String?) -> Origin {
        Origin(client: client?.host, scheme: isSecure.map { $0 ? "https" : "http" }, host: host)
    }

    /// What becomes of a head with `fields`; nil if it is refused.
    static func read(fields: [String]) throws -> Origin? {
        let bytes = Array(("GET / HTTP/1.1\r\nHost: a\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n").utf8)
        var parser = HeadParser()
        var head = RequestHead()
        try #require(try parser.parse(bytes.span.bytes, limits: HeadLimits(), into: &head))
        #expect(head.facts.contains(.forwarded))
        do {
            let found = try RequestOrigin(head, bytes.span.bytes, rules.trusted)
            return origin(found.client, found.isSecure, found.host)
        } catch {
            #expect(error.status == .badRequest)
            return nil
        }
    }

    /// What becomes of a request for `/` with `variables`; nil if it is refused.
    static func read(variables: [String]) throws -> Origin? {
        let storage = RequestStorage(rules: rules)
        var block: [UInt8] = []
        for variable in ["REQUEST_METHOD=GET", "REQUEST_URI=/"] + variables {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let (start, mark) = (block.count, block.count + parts[0].utf8.count)
            block += Array(parts[0].utf8) + Array(parts[1].utf8)
            let end = block.count
            storage.withVariables {
                $0.append(FieldSlice(name: ByteSlice(from: start, to: mark), value: ByteSlice(from: mark, to: end)))
            }
        }
        do {
            try storage.takeVariables(block.span.bytes, HeadLimits())
            return origin(storage.origin?.client, storage.origin?.isSecure, Request(storage).host)
        } catch {
            #expect(error.status == .badRequest)
            return nil
        }
    }
}
