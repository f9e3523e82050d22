import DroverSystem
import Testing

@testable import DroverHTTPMessages

/// The one table of what proxies say: each row in `Forwarded`, in `X-Forwarded-*` and in a gateway's variables.
@Suite struct ForwardingTests {
    typealias Origin = ForwardingCase.Origin

    static let clients: [ForwardingCase] =
        [
            .lists(clients: ["192.0.2.1"], Origin(client: "192.0.2.1")),
            .lists(clients: ["192.0.2.1", "10.1.1.1"], Origin(client: "192.0.2.1")),
            .lists(clients: ["1.1.1.1", "192.0.2.1"], Origin(client: "192.0.2.1")),
            .lists(clients: ["garbage", "192.0.2.1", "10.1.1.1"], Origin(client: "192.0.2.1")),
            .lists(clients: ["192.0.2.1", "fd00::7", "10.1.1.1"], Origin(client: "192.0.2.1")),
            .lists(clients: ["10.2.2.2", "10.1.1.1"], Origin(client: "10.2.2.2")),
            .lists(clients: ["unknown", "10.1.1.1"], Origin(client: "10.1.1.1")),
            .lists(clients: ["192.0.2.1", "unknown", "10.1.1.1"], Origin(client: "10.1.1.1")),
            .lists(clients: ["192.0.2.1", "unix:"], Origin(client: "192.0.2.1")),
            .lists(clients: ["unix:"], Origin(client: "unix:")),
            .lists(clients: ["2001:db8::1"], Origin(client: "2001:db8::1")),
            .lists(clients: ["[2001:db8::1]:4711"], Origin(client: "2001:db8::1")),
            .lists(clients: ["192.0.2.1:4711"], Origin(client: "192.0.2.1")),
            .lists(clients: ["192.0.2.1:_port"], Origin(client: "192.0.2.1")),
            .lists(clients: ["::ffff:203.0.113.7"], Origin(client: "203.0.113.7")),
            .lists(clients: ["[::FFFF:cb00:7107]:80"], Origin(client: "203.0.113.7")),
            .lists(clients: ["203.0.113.7", "::ffff:10.1.1.1"], Origin(client: "203.0.113.7")),
        ]
        + ["unknown", "_hidden", "", "somebody", "192.0.2.999", "192.0.2", "192.0.2.1:99999", "2001:db8::1::", "[::1"]
        .map {
            .lists(clients: [$0], Origin())
        }

    static let schemes: [ForwardingCase] = [
        .lists(schemes: ["https"], Origin(scheme: "https")), .lists(schemes: ["HTTP"], Origin(scheme: "http")),
        .lists(schemes: ["wss"], Origin(scheme: "https")), .lists(schemes: ["WSS"], Origin(scheme: "https")),
        .lists(schemes: ["ws"], Origin(scheme: "http")), .lists(schemes: ["Ws"], Origin(scheme: "http")),
        .lists(schemes: ["gopher"], Origin()), .lists(schemes: [""], Origin()), .lists(schemes: ["h2"], Origin()),
        .lists(schemes: ["https", "http"], Origin(scheme: "http")),
        .lists(schemes: ["http", "https"], Origin(scheme: "https")),
        .lists(schemes: ["gopher", "https"], Origin(scheme: "https")),
    ]

    static let hosts: [ForwardingCase] = [
        .lists(hosts: ["shop.example"], Origin(host: "shop.example")),
        .lists(hosts: ["shop.example:8443"], Origin(host: "shop.example:8443")),
        .lists(hosts: ["[2001:db8::1]:80"], Origin(host: "[2001:db8::1]:80")),
        .lists(hosts: ["forged.example", "shop.example"], Origin(host: "shop.example")),
        .lists(hosts: ["a b", "shop.example"], Origin(host: "shop.example")),
        .lists(hosts: [""], Origin()),
        .lists(hosts: ["a/b"], nil), .lists(hosts: ["a b"], nil), .lists(hosts: ["a@b"], nil),
        .lists(hosts: ["a:99999"], nil), .lists(hosts: ["shop.example", "a/b"], nil),
    ]

    /// Scheme and host are of the proxy that the client came to, however many follow.
    static let alignment: [ForwardingCase] = [
        .lists(
            clients: ["192.0.2.1", "10.1.1.1"], schemes: ["https", "http"], hosts: ["shop.example", "inner"],
            Origin(client: "192.0.2.1", scheme: "https", host: "shop.example")),
        .lists(
            clients: ["9.9.9.9", "192.0.2.1", "10.1.1.1"], schemes: ["http", "wss", "http"],
            hosts: ["forged", "shop.example", "inner"],
            Origin(client: "192.0.2.1", scheme: "https", host: "shop.example")),
        // What the client itself has put in front of one list only moves nothing.
        .lists(
            clients: ["192.0.2.1", "10.1.1.1"], schemes: ["http", "https", "http"],
            Origin(client: "192.0.2.1", scheme: "https")),
        .lists(
            clients: ["9.9.9.9", "192.0.2.1", "10.1.1.1"], schemes: ["https", "http"],
            Origin(client: "192.0.2.1", scheme: "https")),
        // A proxy that the operator has not called trusted is a client.
        .lists(
            clients: ["1.1.1.1", "192.0.2.1"], schemes: ["https", "http"], Origin(client: "192.0.2.1", scheme: "http")),
        // One that replaces what it finds, or passes it on, leaves a single word.
        .lists(
            clients: ["192.0.2.1", "10.2.2.2", "10.1.1.1"], schemes: ["https"], hosts: ["shop.example"],
            Origin(client: "192.0.2.1", scheme: "https", host: "shop.example")),
        // The first says nothing that has a meaning, the second does.
        .lists(
            clients: ["192.0.2.1", "10.1.1.1"], schemes: ["gopher", "https"],
            Origin(client: "192.0.2.1", scheme: "https")),
        // A proxy of ours that does not say for which client it asks.
        .lists(clients: ["10.1.1.1"], schemes: ["https", "http"], Origin(client: "10.1.1.1", scheme: "https")),
        .lists(
            clients: ["unknown", "10.1.1.1"], schemes: ["https", "http"], Origin(client: "10.1.1.1", scheme: "https")),
    ]

    static let fields: [ForwardingCase] =
        [
            .fields("X-Forwarded-For: ,, 192.0.2.1 ,", is: Origin(client: "192.0.2.1")),
            .fields("X-Forwarded-Proto: , https ,", is: Origin(scheme: "https")),
            .fields("X-Forwarded-Host: ,", is: Origin()),
            .fields(
                "Forwarded: for=1.1.1.1, for=192.0.2.1;by=10.0.0.1, for=10.1.1.1", is: Origin(client: "192.0.2.1")),
            .fields("Forwarded: , ;, for=192.0.2.1;", is: Origin(client: "192.0.2.1")),
            .fields("Forwarded: ", is: Origin()), .fields("Forwarded: for=;proto=;host=", is: Origin()),
            .fields(
                "Forwarded: for=192.0.2.1;host=shop.example:8443;proto=wss;proto-version=\"\"",
                is: Origin(client: "192.0.2.1", scheme: "https", host: "shop.example:8443")),
            .fields("Forwarded: for=\"192.0.2.\\1\"", is: Origin(client: "192.0.2.1")),
            // Both, and they agree.
            .fields("Forwarded: for=192.0.2.1", "X-Forwarded-For: 192.0.2.1", is: Origin(client: "192.0.2.1")),
            .fields(
                "X-Forwarded-Proto: wss", "Forwarded: for=1.1.1.1;proto=https",
                is: Origin(client: "1.1.1.1", scheme: "https")),
            .fields("X-Forwarded-Host: B", "Forwarded: host=b", is: Origin(host: "b")),
            .fields("X-Forwarded-Proto: gopher", "Forwarded: proto=http", is: Origin(scheme: "http")),
            // Both, and one of them is the client's.
            .fields("X-Forwarded-Proto: https", "Forwarded: proto=http", is: nil),
            .fields("X-Forwarded-Host: a", "Forwarded: host=b", is: nil),
            .fields("X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.2", is: nil),
            // Behind a quote that does not end the proxy's own element would be lost.
            .fields("Forwarded: for=\"a, for=192.0.2.1", is: nil),
        ]
        + ["for", "=a", "for = 192.0.2.1", "for=192.0.2.1 by=a", "for=1.1.1.1;For=1.1.1.2", "for=192.0.2.1\u{FC}"].map {
            .fields("Forwarded: \($0)", is: nil)
        }

    static let variables: [ForwardingCase] = [
        .variables("HTTPS=on", is: Origin(scheme: "https")), .variables("HTTPS=off", is: Origin(scheme: "http")),
        .variables("HTTPS=", is: Origin(scheme: "http")),
        .variables("REQUEST_SCHEME=gopher", "HTTPS=on", is: Origin(scheme: "https")),
        .variables("REQUEST_SCHEME=http", "HTTPS=on", is: Origin(scheme: "http")),
        .variables("REMOTE_ADDR=192.0.2.1", "REMOTE_PORT=65536", is: Origin(client: "192.0.2.1")),
        // The gateway passes on whatever clients send, so these are theirs.
        .variables(
            "HTTP_X_FORWARDED_FOR=1.1.1.1", "HTTP_X_FORWARDED_PROTO=https", "HTTP_X_FORWARDED_HOST=forged",
            "HTTP_FORWARDED=for=1.1.1.1;proto=https;host=forged", "REMOTE_ADDR=10.1.1.1", "REQUEST_SCHEME=http",
            "HTTP_HOST=shop.example", is: Origin(client: "10.1.1.1", scheme: "http", host: "shop.example")),
        .variables("HTTP_FORWARDED=for=\"", "HTTP_X_FORWARDED_HOST=a/b", is: Origin()),
    ]

    /// The port that `HTTP_HOST $host` lacks.
    static let ports: [ForwardingCase] =
        [
            ("shop.example", "8443", "shop.example:8443"), ("[2001:db8::1]", "8443", "[2001:db8::1]:8443"),
            ("shop.example:9000", "8443", "shop.example:9000"), ("shop.example:", "8443", "shop.example:"),
            ("shop.example", "443", "shop.example"), ("shop.example", "80", "shop.example"),
            ("shop.example", "", "shop.example"), ("shop.example", "70000", "shop.example"),
            ("shop.example", "http", "shop.example"),
        ].map { host, port, expected in
            .variables("HTTP_HOST=\(host)", "SERVER_PORT=\(port)", is: Origin(host: expected))
        } + [
            .variables(
                "HTTP_HOST=shop.example", "SERVER_PORT=8443", "HTTP_HOST=b.example", is: Origin(host: "b.example")),
            .variables(
                "HTTP_HOST=shop.example", "SERVER_PORT=8443", "HTTP_X_FORWARDED_FOR=1.1.1.1",
                is: Origin(host: "shop.example")),
            .variables("SERVER_NAME=front.example", "SERVER_PORT=8443", is: Origin(host: "front.example:8443")),
            .variables("HTTP_HOST=", "SERVER_NAME=_", "SERVER_PORT=8443", is: Origin()),
        ]

    @Test(arguments: clients + schemes + hosts + alignment + fields + variables + ports)
    func isUnderstood(_ row: ForwardingCase) throws {
        for spelling in row.spelledAsFields {
            #expect(try ForwardingCase.read(fields: spelling) == row.origin, "\(spelling)")
        }
        for spelling in row.spelledAsVariables {
            #expect(try ForwardingCase.read(variables: spelling) == row.origin, "\(spelling)")
        }
    }

    @Test func refusalsSayWhatToDo() {
        #expect("\(HeadRejection.forwardedConflict)".contains("let the proxy remove the one that it does not write"))
    }

    /// Each name is compared with those before it, so a client must not bring hundreds.
    @Test func elementHasFewNames() {
        func elements(_ count: Int) -> Int? {
            let value = Array((0..<count).map { "n\($0)=1" }.joined(separator: ";").utf8)
            return ForwardedElement.parse(value.span.bytes)?.count
        }
        #expect(elements(16) == 1)
        #expect(elements(17) == nil)
    }
}
