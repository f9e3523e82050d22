import DroverTestSupport
import Glibc
import Testing

/// Any HTTP application behind nginx's uwsgi_pass.
@Suite(.enabled(if: Nginx.isInstalled)) struct UWSGITests {
    /// How nginx is told to go about it.
    enum Upstream: CaseIterable, Sendable {
        case plain, keepalive, unbuffered

        /// What stands outside of the server's part of nginx's configuration.
        func blocks(_ port: UInt16) -> String {
            "upstream app { server 127.0.0.1:\(port); \(self == .keepalive ? "keepalive 8;" : "") }"
        }

        var location: String {
            let buffering = self == .unbuffered ? "uwsgi_buffering off; uwsgi_request_buffering off;" : ""
            return "location / { include /etc/nginx/uwsgi_params; uwsgi_pass app; \(buffering) }"
        }
    }

    private func lab(_ workerClass: StockClass = .async, _ arguments: [String] = []) throws -> SpawnedServer {
        try SpawnedServer.lab(workers: 2, workerClass.flags + ["--protocol", "uwsgi"] + arguments)
    }

    private func nginx(_ server: SpawnedServer, _ upstream: Upstream = .plain) throws -> Nginx {
        try Nginx(upstream.location, blocks: upstream.blocks(server.port))
    }

    @Test(arguments: StockClass.allCases, Upstream.allCases)
    func requestsAreAnswered(_ workerClass: StockClass, _ upstream: Upstream) throws {
        let server = try lab(workerClass)
        let nginx = try nginx(server, upstream)
        let client = try TCPClient(port: nginx.port)
        for _ in 0..<20 {
            let reply = try client.get("/")
            #expect(reply.status == 200)
            #expect(reply.body == "Hello, World!")
        }
        #expect(try client.get("/none").status == 404)
        #expect(try client.get("/bytes?n=300000").body.utf8.count == 300_000)
        try client.send("HEAD /bytes?n=77 HTTP/1.1\r\nHost: test\r\n\r\n")
        let head = try client.receive { HTTPReply($0, hasBody: false) != nil }
        #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(head.contains("Content-Length: 77\r\n"))
        #expect(head.hasSuffix("\r\n\r\n"))
        let headers = try client.get("/message/headers", headers: ["X-One: 1", "Cookie: a=b"]).body
        #expect(headers.contains("X-One=1\n"))
        #expect(headers.contains("Cookie=a=b\n"))
        #expect(nginx.stop() == 0)
        #expect(!nginx.log.contains("[error]"), "\(nginx.log)")
        server.expectUnharmed()
    }

    @Test func bytesAboveASCIIComeThrough() throws {
        let tree = FileTree(["café.txt": "coffee"])
        let server = try lab(.async, ["--app", "files", "--root", tree.path])
        let nginx = try nginx(server)
        let client = try TCPClient(port: nginx.port)
        for target in ["/café.txt", "/caf%C3%A9.txt"] {
            let reply = try client.get(target)
            #expect(reply.status == 200 && reply.body == "coffee", "\(target)")
        }
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases, Upstream.allCases)
    func largeUploadsArriveWhole(_ workerClass: StockClass, _ upstream: Upstream) throws {
        let server = try lab(workerClass)
        let nginx = try nginx(server, upstream)
        let size = 10 << 20
        let bytes = VariedBytes.make(size)
        let client = try TCPClient(port: nginx.port)
        try client.send("POST /message/mark HTTP/1.1\r\nHost: test\r\nContent-Length: \(size)\r\n\r\n")
        try client.send(bytes)
        #expect(try client.reply().body == VariedBytes.mark(bytes))
        try client.send("POST /message/mark HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in stride(from: 0, to: 10_000, by: 1_000) {
            try client.send(Array("3e8\r\n".utf8) + bytes[start..<start + 1_000] + Array("\r\n".utf8))
        }
        try client.send("0\r\n\r\n")
        #expect(try client.reply().body == VariedBytes.mark(Array(bytes[..<10_000])), "nginx takes chunks apart")
        #expect(nginx.stop() == 0)
        #expect(!nginx.log.contains("[error]"), "\(nginx.log)")
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func streamsArriveWhileTheyAreWritten(_ workerClass: StockClass) throws {
        let server = try lab(workerClass)
        let nginx = try nginx(server, .unbuffered)
        let client = try TCPClient(port: nginx.port)
        let start = now()
        try client.send("GET /message/stream?n=4&size=10&ms=400 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        _ = try client.receive { $0.contains("ssssssssss") }
        #expect(now() - start < 1.2, "the first piece does not wait for the last")
        let rest = try client.receiveAll()
        #expect(now() - start >= 1.2)
        #expect(rest.count { $0 == "s" } == 30)
        #expect(nginx.stop() == 0)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func clientsThatLeaveDoNoHarm(_ workerClass: StockClass) throws {
        let server = try lab(workerClass)
        let nginx = try nginx(server, .unbuffered)
        func openConnections() -> Int {
            server.workers.map { OwnedConnections.clientPorts(of: $0, on: server.port).count }.reduce(0, +)
        }
        for target in ["/message/stream?n=400&size=100000&ms=20", "/sleep?ms=1500", "/bytes?n=9000000"] {
            let start = now()
            let clients = try (0..<(workerClass == .sync ? 1 : 3)).map { _ in
                try TCPClient(port: nginx.port, receiveBuffer: 4096)
            }
            for client in clients { try client.send("GET \(target) HTTP/1.1\r\nHost: test\r\n\r\n") }
            if target.hasPrefix("/sleep") {
                #expect(eventually { openConnections() == clients.count }, "all of them are being served")
            } else {
                for client in clients {
                    let beginning = try client.receive { $0.utf8.count > 1_000 }
                    #expect(beginning.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(target): \(beginning.prefix(100))")
                }
            }
            for client in clients { client.close() }
            #expect(eventually { openConnections() == 0 }, "\(target): nothing is left of them")
            // What is sent to nobody is not sent to its end, which takes 8 s.
            if target.hasPrefix("/message") { #expect(now() - start < 6) }
        }
        let half = try TCPClient(port: nginx.port)
        try half.send("POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\nbeginning")
        #expect(eventually { openConnections() == 1 })
        half.close()
        #expect(eventually { openConnections() == 0 }, "nothing is left of it")
        #expect(eventually { (try? TCPClient(port: nginx.port).get("/").status) == 200 })
        #expect(nginx.stop() == 0)
        server.expectUnharmed()
    }

    @Test func clientIsWhoNginxSays() throws {
        let directory = TemporaryDirectory()
        directory.write(
            "drover.yaml",
            """
            listeners:
              - { bind: "127.0.0.1:0", protocol: uwsgi }
              - { bind: "unix:app.sock", protocol: uwsgi }
            """)
        let server = SpawnedServer("drover-lab", [], in: directory)
        try server.waitUntilReady(workers: 1)
        let location = "include /etc/nginx/uwsgi_params; uwsgi_param HTTP_HOST $http_host; uwsgi_param REMOTE_ADDR"
        let nginx = try Nginx(
            """
            location /tcp/ { \(location) 192.0.2.9; rewrite ^/tcp(.*)$ $1 break; uwsgi_pass 127.0.0.1:\(server.port);
                uwsgi_param REQUEST_URI $uri; uwsgi_param REQUEST_SCHEME https; }
            location /unix/ { \(location) 2001:db8::9; rewrite ^/unix(.*)$ $1 break;
                uwsgi_pass unix:\(directory.path)/app.sock; uwsgi_param REQUEST_URI $uri; }
            """)
        let client = try TCPClient(port: nginx.port)
        let first = try client.get("/tcp/message/client", headers: ["X-Request-Id: abc"]).body
        #expect(first.hasPrefix("192.0.2.9:"))
        #expect(first.hasSuffix(" https test abc\n"), "\(first)")
        let second = try client.get("/unix/message/client").body
        #expect(second.hasPrefix("[2001:db8::9]:"))
        #expect(second.contains(" unix: http test "), "\(second)")
        #expect(nginx.stop() == 0)
        server.expectUnharmed()
    }

    /// Debian's uwsgi_params, whose HTTP_HOST lacks the client's port; nginx's own has no HTTP_HOST.
    private static let debiansFile: String = {
        let file = "include /etc/nginx/uwsgi_params;"
        let isDebians = TemporaryDirectory.content(of: "/etc/nginx/uwsgi_params")?.contains("HTTP_HOST") == true
        return isDebians ? file : "\(file) uwsgi_param HTTP_HOST $host;"
    }()

    @Test func hostHasThePortThatClientsCameTo() throws {
        let server = try lab()
        let nginx = try Nginx(
            """
            location / { \(Self.debiansFile) uwsgi_pass app; }
            location /port/ { \(Self.debiansFile) uwsgi_param HTTP_HOST $host$asked_port;
                rewrite ^/port(.*)$ $1 break; uwsgi_param REQUEST_URI $uri; uwsgi_pass app; }
            """,
            blocks: Upstream.plain.blocks(server.port)
                + #"map $http_host $asked_port { default ""; "~(:[0-9]+)$" $1; }"#)
        func host(_ path: String, _ host: String) throws -> String {
            let client = try TCPClient(port: nginx.port)
            try client.send("GET \(path)message/client HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            return try client.reply().body.split(separator: " ").dropFirst(3).first.map(String.init) ?? ""
        }
        #expect(try host("/", "shop.example:\(nginx.port)") == "shop.example:\(nginx.port)")
        #expect(try host("/", "shop.example") == "shop.example:\(nginx.port)", "the file makes the same of both")
        // The line of docs/UWSGI.md, for a port that is another one outside.
        #expect(try host("/port/", "shop.example:8443") == "shop.example:8443")
        #expect(try host("/port/", "[2001:db8::1]:8443") == "[2001:db8::1]:8443")
        #expect(try host("/port/", "shop.example") == "shop.example")
        #expect(nginx.stop() == 0)
        server.expectUnharmed()
    }

    @Test func bodiesOfUnknownLengthAreNotTakenForNone() throws {
        let server = try lab()
        let bare = "uwsgi_param REQUEST_METHOD $request_method; uwsgi_param REQUEST_URI $request_uri; uwsgi_pass app;"
        let nginx = try Nginx(
            "location / { \(bare) } location /message/mark { uwsgi_pass_request_headers off; \(bare) }",
            blocks: Upstream.plain.blocks(server.port))
        let length = "Content-Length: 5\r\n\r\nhello"
        let chunks = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        for (path, body) in [("/upload", length), ("/upload", chunks), ("/message/mark", length)] {
            let client = try TCPClient(port: nginx.port)
            try client.send("POST \(path) HTTP/1.1\r\nHost: test\r\n\(body)")
            let reply = try client.reply()
            #expect(reply.status == 500, "\(path) \(body)")
            #expect(reply.body.contains("no CONTENT_LENGTH"))
        }
        #expect(try TCPClient(port: nginx.port).get("/").status == 200)
        #expect(nginx.stop() == 0)
        server.expectUnharmed()
    }

    @Test(arguments: StockClass.allCases)
    func unixSocketsServeWhatIsHereAlreadyAndWhatComesLater(_ workerClass: StockClass) throws {
        let directory = TemporaryDirectory()
        directory.write(
            "drover.yaml",
            """
            listeners:
              - { bind: "unix:app.sock", protocol: uwsgi, app: hello }
              - { bind: "unix:http.sock", protocol: http, app: hello }
            """)
        let server = SpawnedServer("drover", workerClass.flags, in: directory)
        try server.waitUntilReady(workers: 1)
        let nginx = try Nginx(
            "location / { include /etc/nginx/uwsgi_params; uwsgi_pass unix:\(directory.path)/app.sock; }")
        let client = try TCPClient(port: nginx.port)
        for _ in 0..<100 { #expect(try client.get("/").body == "Hello, World!") }
        try client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello")
        #expect(try client.reply().body == "Hello, World!", "a body nobody reads")
        if Curl.isInstalled {
            let socket = "\(directory.path)/http.sock"
            let outcome = try Curl.run(["--unix-socket", socket, "http://a/", "http://a/", "http://a/"])
            #expect(outcome.output == "Hello, World!Hello, World!Hello, World!", "one connection after the other")
        }
        #expect(nginx.stop() == 0)
        server.expectUnharmed()
    }

    @Test func conditionalRequestsAndRangesOfFiles() throws {
        let directory = TemporaryDirectory()
        directory.write("page.txt", "0123456789")
        let server = SpawnedServer(
            "drover", ["--bind", "127.0.0.1:0", "--protocol", "uwsgi", "--app", "files"],
            environment: ["DROVER_FILES_ROOT": directory.path])
        try server.waitUntilReady(workers: 1)
        let nginx = try nginx(server)
        let client = try TCPClient(port: nginx.port)
        let reply = try client.get("/page.txt")
        #expect(reply.body == "0123456789")
        let tag = try #require(reply.header("ETag"))
        try client.send("GET /page.txt HTTP/1.1\r\nHost: test\r\nIf-None-Match: \(tag)\r\n\r\n")
        let unchanged = try client.receive { HTTPReply($0, hasBody: false) != nil }
        #expect(unchanged.hasPrefix("HTTP/1.1 304 Not Modified\r\n"))
        let part = try client.get("/page.txt", headers: ["Range: bytes=2-4"])
        #expect(part.status == 206)
        #expect(part.body == "234")
        #expect(nginx.stop() == 0)
        server.expectUnharmed()
    }

    @Test func limitsAreNamedAndReachTheClient() throws {
        let directory = TemporaryDirectory()
        directory.write(
            "drover.yaml",
            """
            bind: 127.0.0.1:0
            protocol: uwsgi
            uwsgi: { limit_block: 1000, limit_variables: 40, limit_request_body: 1k }
            """)
        let server = SpawnedServer("drover-lab", [], in: directory)
        try server.waitUntilReady(workers: 1)
        let nginx = try Nginx(
            Upstream.plain.location
                + "location /modifier { include /etc/nginx/uwsgi_params; uwsgi_modifier1 5; uwsgi_pass app; }"
                + "location /bare { uwsgi_pass app; }",
            blocks: Upstream.plain.blocks(server.port))
        let client = try TCPClient(port: nginx.port)
        #expect(try client.get("/").status == 200)
        let block = try client.get("/", headers: ["X-Long: \(String(repeating: "x", count: 1_000))"])
        #expect(block.status == 431)
        #expect(block.body.contains("uwsgi.limit_block"))
        let many = try client.get("/", headers: (0..<30).map { "X\($0): 1" })
        #expect(many.status == 431)
        #expect(many.body.contains("uwsgi.limit_variables"))
        try client.send("POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 2000\r\n\r\n")
        try client.send([UInt8](repeating: 0x79, count: 2_000))
        let body = try client.reply()
        #expect(body.status == 413)
        #expect(body.body.contains("uwsgi.limit_request_body"))
        let modifier = try client.get("/modifier")
        #expect(modifier.status == 501)
        #expect(modifier.body.contains("modifier1 is 5"))
        let bare = try client.get("/bare")
        #expect(bare.status == 500)
        #expect(bare.body.contains("include uwsgi_params"))
        #expect(try client.get("/bare").status == 500)
        let lines = server.lines("event=uwsgi_refused")
        let causes = [
            "uwsgi.limit_block", "uwsgi.limit_variables", "uwsgi.limit_request_body", "modifier1 is 5",
            "include uwsgi_params",
        ]
        for cause in causes { #expect(lines.count { $0.contains(cause) } == 1, "\(cause): \(lines)") }
        #expect(lines.count == causes.count, "one line a minute is enough for each")
        #expect(nginx.stop() == 0)
        server.expectUnharmed()
    }
}
