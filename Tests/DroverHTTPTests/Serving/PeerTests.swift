import DroverScriptedSupport
import DroverSystem
import Testing

@testable import DroverHTTP
@testable import DroverHTTPMessages

@Suite struct PeerTests {
    private let tell = ClosureHandler { request in
        .text("\(request.client.host) \(request.scheme) \(request.host ?? "-") \(request.headers.map(\.name))")
    }
    private let stranger = SocketAddress.ipv4(0xC000_0201, port: 9)
    private let forwarded =
        "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
        + "X-Forwarded-Host: shop\r\n\r\n"

    @Test func trustedProxyIsBelieved() async throws {
        #expect(try await Exchange.run([forwarded], tell).body.hasPrefix("203.0.113.9 https shop ["))
        let strange = try await Exchange.run([forwarded], peer: stranger, tell)
        #expect(strange.body.hasPrefix("192.0.2.1 http a ["))
        #expect(strange.body.contains("X-Forwarded-For"))
        var settings = HTTPSettings()
        settings.rules.forwarding.trusted = try AddressRanges(parsing: ["unix"])
        #expect(try await Exchange.run([forwarded], settings: settings, tell).body.hasPrefix("127.0.0.1 http a"))
        let unix = try await Exchange.run([forwarded], settings: settings, peer: .unnamed, tell)
        #expect(unix.body.hasPrefix("203.0.113.9 https shop"))
    }

    @Test func whatTheLastRequestSaidIsForgotten() async throws {
        let plain = "GET / HTTP/1.1\r\nHost: b\r\n\r\n"
        #expect(try await Exchange.run([forwarded + plain], tell).body.hasPrefix("127.0.0.1 http b"))
    }

    @Test func contradictionsAreRefusedFromTrustedPeersOnly() async throws {
        let request = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nForwarded: proto=http\r\n\r\n"
        #expect(try await Exchange.run([request], tell).statuses == ["400 Bad Request"])
        #expect(try await Exchange.run([request], peer: stranger, tell).statuses == ["200 OK"])
    }

    @Test func underscoresAreLeftOut() async throws {
        let request = "GET / HTTP/1.1\r\nX_Forwarded-For: 1\r\nHost: a\r\nContent_Length: 5\r\nX-A: b\r\n_: c\r\n\r\n"
        let strange = try await Exchange.run([request], peer: stranger, tell)
        #expect(strange.body.hasSuffix(#"["Host", "X-A"]"#))
        let trusted = try await Exchange.run([request], tell)
        #expect(trusted.body.hasSuffix(#"["X_Forwarded-For", "Host", "Content_Length", "X-A", "_"]"#))
        var settings = HTTPSettings()
        settings.rules.forwarding.underscores = .refuse
        let refused = try await Exchange.run([request], settings: settings, peer: stranger, tell)
        #expect(refused.statuses == ["400 Bad Request"])
        settings.rules.forwarding.underscores = .allow
        let allowed = try await Exchange.run([request], settings: settings, peer: stranger, tell)
        #expect(allowed.body.contains("Content_Length"))
    }

    @Test func namesOfRequests() async throws {
        let tell = ClosureHandler { .text($0.id) }
        func name(_ value: String, peer: SocketAddress) async throws -> String {
            let request = "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: \(value)\r\n\r\n"
            return try await Exchange.run([request], peer: peer, tell).body
        }
        let loopback = SocketAddress.ipv4(0x7F00_0001, port: 1)
        #expect(try await name("abc-DEF_0.9:/+=@", peer: loopback) == "abc-DEF_0.9:/+=@")
        #expect(try await name("abc", peer: stranger) == "41-7-1")
        for value in ["", "a b", "a\"b", "\u{E9}", String(repeating: "a", count: 129)] {
            #expect(try await name(value, peer: loopback) == "41-7-1")
        }
    }
}
