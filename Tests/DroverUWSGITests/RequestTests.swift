import DroverCore
import DroverScriptedSupport
import DroverSystem
import Testing

@testable import DroverHTTPApplications
@testable import DroverHTTPMessages

/// What a handler sees of a request that came as variables.
@Suite struct RequestTests {
    /// What `look` says of the request in `variables`.
    private func seen(
        _ variables: [(String, String)] = Packet.get, peer: SocketAddress = .ipv4(0x7F00_0001, port: 4711),
        _ look: @escaping @Sendable (Request) -> String
    ) async throws -> String {
        let exchange = try await Exchange.run(variables, peer: peer) { .text(look($0)) }
        #expect(exchange.statuses == ["200 OK"], "\(exchange.text)")
        return exchange.body
    }

    @Test func methodTargetAndVersion() async throws {
        let look: @Sendable (Request) -> String = {
            "\($0.method) \($0.target) \($0.path) \($0.query ?? "-") \($0.queryValue("x") ?? "-") \($0.version)"
        }
        #expect(try await seen(Packet.get, look) == "GET /path%20x?x=1 /path%20x x=1 1 HTTP/1.1")
        #expect(
            try await seen(Packet.changed(["SERVER_PROTOCOL": "HTTP/1.0", "REQUEST_METHOD": "DELETE"]), look)
                == "DELETE /path%20x?x=1 /path%20x x=1 1 HTTP/1.0")
        for newer in ["HTTP/2.0", "HTTP/3.0", ""] {
            #expect(try await seen(Packet.changed(["SERVER_PROTOCOL": newer])) { "\($0.version)" } == "HTTP/1.1")
        }
        #expect(try await seen(Packet.changed(["REQUEST_METHOD": "M-SEARCH"])) { "\($0.method)" } == "M-SEARCH")
    }

    @Test func targetIsMadeOfPathAndQueryWithoutRequestURI() async throws {
        let variables: [(KeyValuePairs<String, String?>, String)] = [
            (["REQUEST_URI": nil], "/path%20x?x=1"),
            (["REQUEST_URI": nil, "QUERY_STRING": nil], "/path%20x"),
            (["REQUEST_URI": "", "QUERY_STRING": ""], "/path%20x"),
            (["REQUEST_URI": nil, "SCRIPT_NAME": "/app", "PATH_INFO": "/a b/ü?#%"], "/app/a%20b/%C3%BC%3F%23%25?x=1"),
            (["REQUEST_URI": nil, "PATH_INFO": "", "QUERY_STRING": nil], "/"),
        ]
        for (changes, target) in variables {
            #expect(try await seen(Packet.changed(changes)) { $0.target } == target)
        }
    }

    @Test func bytesAboveASCIIAreAURLsEscapes() async throws {
        let variables: [(KeyValuePairs<String, String?>, String)] = [
            (["REQUEST_URI": "/ü?ö"], "/%C3%BC?%C3%B6"),
            (["REQUEST_URI": nil, "PATH_INFO": "/ü", "QUERY_STRING": "ö"], "/%C3%BC?%C3%B6"),
        ]
        for (changes, target) in variables {
            #expect(try await seen(Packet.changed(changes)) { $0.target } == target)
        }
        #expect(try await seen(Packet.get + [("HTTP_X", "é")]) { "\($0.headerBytes("x") ?? [])" } == "[195, 169]")
    }

    @Test func twoLengthsAreRefusedUnlessTheyAreOne() async throws {
        let rest = Packet.changed(["REQUEST_METHOD": "POST", "CONTENT_LENGTH": nil])
        for pair in [("5", "3"), ("5", ""), ("", "5"), ("5", "05")] {
            let variables = rest + [("CONTENT_LENGTH", pair.0), ("CONTENT_LENGTH", pair.1)]
            let exchange = try await Exchange.run(variables, peer: .ipv4(0x7F00_0001, port: 4711)) { _ in
                .text("served")
            }
            #expect(exchange.statuses == ["400 Bad Request"], "\(pair): \(exchange.text)")
            #expect(exchange.body.contains("CONTENT_LENGTH is there twice"))
        }
        let same = rest + [("CONTENT_LENGTH", "0"), ("CONTENT_LENGTH", "0")]
        #expect(try await seen(same) { $0.headerValues("content-length").joined(separator: ",") } == "0")
    }

    @Test func bodyThatNothingDeclaresIsRefused() async throws {
        for length in [nil, ""] {
            let variables = Packet.changed(["REQUEST_METHOD": "POST", "CONTENT_LENGTH": length])
            let exchange = try await Exchange.run(variables, body: "hello") { _ in .text("served") }
            #expect(exchange.statuses == ["500 Internal Server Error"], "\(exchange.text)")
            #expect(exchange.body.contains("no CONTENT_LENGTH"))
            #expect(exchange.requests == 0)
            #expect(
                try await seen(variables) { $0.method.description } == "POST", "nothing follows, so nothing is missed")
        }
        // Bytes behind a GET are no body; they may be what the client says in the protocol that it asks for.
        let upgrade = Packet.changed(["CONTENT_LENGTH": nil]) + [("HTTP_CONNECTION", "upgrade"), ("HTTP_UPGRADE", "x")]
        let exchange = try await Exchange.run(upgrade, body: "early") { _ in .text("served") }
        #expect(exchange.statuses == ["200 OK"])
    }

    @Test func fields() async throws {
        let variables = Packet.changed([
            "HTTP_X_FORWARDED_FOR": "1.2.3.4", "CONTENT_TYPE": "text/x", "HTTP_CONTENT_TYPE": "text/y",
            "HTTP_CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "HTTP_X": "", "REMOTE_USER": "eve",
        ])
        let text = try await seen(variables) { request in
            request.headers.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
        }
        #expect(
            text == "Host=shop.example;User-Agent=curl/8;Accept-Encoding=gzip, br;X-Forwarded-For=1.2.3.4;"
                + "Content-Type=text/x;X=")
        #expect(try await seen { $0.header("ACCEPT-encoding") ?? "-" } == "gzip, br")
        #expect(try await seen { $0.headerValues("user-agent").joined() } == "curl/8")
        #expect(try await seen(Packet.get + [("HTTP_COOKIE", "a=b; c=d")]) { $0.cookie("c") ?? "-" } == "d")
        // nginx sends a field that came twice as two variables.
        let twice = Packet.get + [("HTTP_COOKIE", "a=b"), ("HTTP_COOKIE", "c=d")]
        #expect(try await seen(twice) { "\($0.cookie("a") ?? "-")\($0.cookie("c") ?? "-")" } == "bd")
    }

    @Test func originIsTheGatewaysWord() async throws {
        let look: @Sendable (Request) -> String = { "\($0.client) \($0.remote) \($0.scheme) \($0.host ?? "-")" }
        #expect(try await seen(Packet.get, look) == "192.0.2.7:4242 127.0.0.1:4711 http shop.example")
        #expect(
            try await seen(Packet.changed(["REMOTE_ADDR": "2001:db8::1", "REQUEST_SCHEME": "https"]), look)
                == "[2001:db8::1]:4242 127.0.0.1:4711 https shop.example")
        #expect(
            try await seen(Packet.changed(["REQUEST_SCHEME": nil, "HTTPS": "on", "REMOTE_PORT": nil]), look)
                == "192.0.2.7:0 127.0.0.1:4711 https shop.example")
        #expect(
            try await seen(Packet.changed(["HTTP_HOST": nil, "SERVER_PORT": "8080"]), look)
                == "192.0.2.7:4242 127.0.0.1:4711 http front.example:8080")
        #expect(
            try await seen(Packet.changed(["HTTP_HOST": nil, "SERVER_NAME": "_"]), look)
                == "192.0.2.7:4242 127.0.0.1:4711 http -")
        #expect(
            try await seen(Packet.changed(["REMOTE_ADDR": "unix:"]), peer: .unnamed, look)
                == "unix: unix: http shop.example")
        #expect(
            try await seen(Packet.changed(["REMOTE_ADDR": nil, "REQUEST_SCHEME": nil]), look)
                == "127.0.0.1:4711 127.0.0.1:4711 http shop.example")
    }

    @Test func inspectShowsTheGatewaysWord() async throws {
        let handler = InspectHandler(worker: WorkerIdentity(pid: 41, slot: 2, generation: 3))
        let changes: KeyValuePairs<String, String?> = [
            "REMOTE_ADDR": "::ffff:203.0.113.7", "REQUEST_SCHEME": "wss", "SERVER_PORT": "8443",
        ]
        let exchange = try await Exchange.run(Packet.changed(changes)) { try await handler.respond(to: $0) }
        #expect(
            exchange.body.contains(#""client":"203.0.113.7","scheme":"https","authority":"shop.example:8443""#),
            "\(exchange.body)")
    }

    @Test func lastOfTwoVariablesCounts() async throws {
        let again = [
            ("HTTP_HOST", "b.example"), ("REMOTE_ADDR", "192.0.2.8"), ("REQUEST_URI", "/b"), ("CONTENT_TYPE", "b"),
            ("HTTP_X", "1"), ("HTTP_X", "2"),
        ]
        let text = try await seen(Packet.changed(["CONTENT_TYPE": "a"]) + again) { request in
            "\(request.host ?? "-") \(request.client.host) \(request.target) \(request.headerValues("x")) "
                + "\(request.headerValues("content-type")) \(request.headerValues("host"))"
        }
        #expect(text == #"b.example 192.0.2.8 /b ["1", "2"] ["b"] ["b.example"]"#)
        #expect(try await seen(Packet.changed(["HTTP_HOST": ""])) { $0.host ?? "-" } == "front.example")
    }

    @Test func requestIDIsTheGateways() async throws {
        #expect(try await seen(Packet.get + [("HTTP_X_REQUEST_ID", "front-77")]) { $0.id } == "front-77")
        #expect(try await seen { $0.id } == "41-7-1")
    }

    @Test func requestMayBeKept() async throws {
        final class Shelf: @unchecked Sendable { var request: Request? }
        let shelf = Shelf()
        _ = try await seen { request in
            shelf.request = request
            return ""
        }
        #expect(shelf.request?.target == "/path%20x?x=1")
        #expect(shelf.request?.header("host") == "shop.example")
    }
}
