import DroverTestSupport
import Glibc
import Testing

/// The application `files` in a real server, with curl and with clients that mean harm.
@Suite struct FileServingTests {
    private static let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }

    private let tree = FileTree([
        "root/index.html": "<p>root", "root/a.txt": "hello, files", "root/sub/index.html": "<p>sub",
        "root/.env": "SECRET", "root/sub/.git/config": "SECRET", "root/bare/x": "x", "secret": "SECRET",
        "root/page.css": "body { color: red }", "rootless": "SECRET",
    ])

    private func server(_ arguments: [String] = []) throws -> SpawnedServer {
        try SpawnedServer.lab(workers: 1, ["--app", "files", "--root", "\(tree.path)/root"] + arguments)
    }

    private func curl(_ server: SpawnedServer, _ path: String, _ arguments: [String] = []) throws -> String {
        let outcome = try Curl.run(["--path-as-is"] + arguments + ["http://127.0.0.1:\(server.port)\(path)"])
        return outcome.status == 0 ? outcome.output : "curl: \(outcome.status) \(outcome.output)"
    }

    @Test(.enabled(if: Curl.isInstalled, "curl is not installed"))
    func curlGetsFiles() throws {
        tree.write("root/large.bin", Self.large)
        let server = try server()
        let copy = "\(tree.path)/copy"
        let file = "\(tree.path)/root/large.bin"
        #expect(try curl(server, "/a.txt") == "hello, files")
        #expect(try curl(server, "/") == "<p>root")
        #expect(try curl(server, "/sub", ["-L"]) == "<p>sub")
        #expect(try curl(server, "/large.bin", ["-o", copy]) == "")
        #expect(Self.isSame(copy, file))
        // A download that goes on where another one broke off.
        truncate(copy, 1_234_567)
        #expect(try curl(server, "/large.bin", ["-C", "-", "-o", copy]) == "")
        #expect(Self.isSame(copy, file))
        let head = try curl(server, "/large.bin", ["-I"])
        #expect(head.contains("HTTP/1.1 200 OK\r\n") && head.contains("Content-Length: 3000000\r\n"))
        let format = ["-o", "/dev/null", "-w", "%{http_code} %{size_download}"]
        #expect(try curl(server, "/large.bin", ["-r", "5-9"] + format) == "206 5")
        #expect(try curl(server, "/large.bin", ["-r", "-2000000"] + format) == "206 2000000")
        #expect(try curl(server, "/large.bin", ["-r", "3000000-"] + format).hasPrefix("416 "))
        #expect(try curl(server, "/large.bin", ["-r", "0-99999999999999999999"] + format) == "206 3000000")
        let parts = try curl(server, "/a.txt", ["-r", "0-1,5-6"])
        #expect(parts.contains("Content-Range: bytes 0-1/12\r\n\r\nhe\r\n"))
        #expect(parts.contains("Content-Range: bytes 5-6/12\r\n\r\n, \r\n"))
        let overlapping = (0..<300).map { "\($0)-2999999" }.joined(separator: ",")
        #expect(try curl(server, "/large.bin", ["-r", overlapping] + format) == "200 3000000")
        #expect(
            try curl(server, "/large.bin", ["-r", "0-2000000,1000000-2999999,5-2999999"] + format) == "206 3000000")
        server.expectUnharmed()
    }

    @Test(.enabled(if: Curl.isInstalled, "curl is not installed"))
    func curlAsksConditionally() throws {
        tree.write("root/page.css.gz", [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3] + [0x4B, 0x2A, 0xA9, 5, 0])
        let server = try server()
        let code = ["-o", "/dev/null", "-w", "%{http_code}"]
        let tags = "\(tree.path)/etag"
        #expect(try curl(server, "/a.txt", ["--etag-save", tags] + code) == "200")
        #expect(try curl(server, "/a.txt", ["--etag-compare", tags] + code) == "304")
        #expect(try curl(server, "/a.txt", ["-z", "Sun, 06 Nov 1994 08:49:37 GMT"] + code) == "200")
        #expect(try curl(server, "/a.txt", ["-z", "Fri, 31 Dec 2999 23:59:59 GMT"] + code) == "304")
        #expect(try curl(server, "/a.txt", ["-z", "-Sun, 06 Nov 1994 08:49:37 GMT"] + code) == "412")
        let packed = try curl(server, "/page.css", ["-H", "Accept-Encoding: gzip", "-I"])
        #expect(packed.contains("Content-Encoding: gzip\r\n") && packed.contains("Vary: Accept-Encoding\r\n"))
        #expect(
            packed.contains("Content-Type: text/css; charset=utf-8\r\n") && packed.contains("Content-Length: 15\r\n"))
        #expect(try curl(server, "/page.css") == "body { color: red }")
        #expect(try curl(server, "/a.txt", ["-d", "x"] + code) == "405")
        #expect(try curl(server, "/a.txt", ["-X", "OPTIONS"] + code) == "204")
        server.expectUnharmed()
    }

    @Test func nobodyGetsOut() throws {
        tree.link("root/out", to: "/etc/passwd")
        tree.link("root/up", to: "../secret")
        tree.link("root/dir", to: "..")
        tree.link("root/etc", to: "/etc")
        tree.link("root/in", to: "a.txt")
        mkfifo("\(tree.path)/root/pipe", 0o644)
        let server = try server()
        let client = try TCPClient(port: server.port)
        let paths = [
            "/../secret", "/..", "/../", "/../../etc/passwd", "/sub/../../secret", "/sub/../a.txt", "/./a.txt",
            "/%2e%2e/secret", "/%2e%2e%2fsecret", "/..%2fsecret", "/%2e./secret", "/.%2e/secret", "/..%5csecret",
            "/..\\secret", "/%252e%252e/secret", "/..;/secret", "/.../secret", "/....//secret",
            "/..%2f..%2f..%2fetc%2fpasswd",
            "/sub/..%2f..%2fsecret", "/sub/%2e%2e/%2e%2e/secret", "//etc/passwd", "//", "/sub//index.html", "///a.txt",
            "/%2fetc%2fpasswd", "/%2F", "/etc/passwd", "/etc/", "/out", "/up", "/dir/secret", "/dir/", "/dir",
            "/dir/root/a.txt",
            "/.env", "/%2eenv", "/sub/.git/config", "/sub/.git/", "/.", "/sub/.", "/bare", "/bare/", "/nothing",
            "/a.txt/", "/a.txt/.", "/a.txt/x", "/pipe", "/proc/self/environ", "/less", "/rootless", "/../rootless",
            "/a.txt%20", "/a.txt.", "/A.TXT", "/a.txt::$DATA", "/%c0%ae%c0%ae/secret", "/%e0%80%ae/secret",
            "/a%0d%0aX:y",
            "/" + String(repeating: "a", count: 300), "/" + String(repeating: "a/", count: 2_500),
            "/index.html/../.env",
        ]
        for path in paths {
            let reply = try client.get(path)
            #expect(reply.status == 404, "\(path)")
            #expect(!reply.body.contains("SECRET") && !reply.body.contains("root:"), "\(path)")
        }
        for path in ["/%", "/%2", "/%zz", "/a.txt%00", "/%00", "/..%00/secret", "/a%0"] {
            #expect(try client.get(path).status == 400, "\(path)")
        }
        #expect(try client.get("/in").body == "hello, files")
        #expect(try client.get("/a.txt").body == "hello, files")
        server.expectUnharmed()
    }

    @Test func forbiddenIsSaid() throws {
        tree.write("root/closed", "SECRET")
        chmod("\(tree.path)/root/closed", 0)
        // Root may read everything, so the worker is somebody else then.
        chmod(tree.path, 0o755)
        let server = try server(getuid() == 0 ? ["--user", "nobody"] : [])
        #expect(try server.get("/closed").status == 403)
        #expect(try server.get("/a.txt").status == 200)
        server.expectUnharmed()
    }

    @Test func slowReaderGetsTheWholeFile() throws {
        tree.write("root/large.bin", Self.large)
        let server = try server()
        let client = try TCPClient(port: server.port, receiveBuffer: 4_096)
        try client.send("GET /large.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        // Others are served meanwhile.
        #expect(try server.get("/a.txt").body == "hello, files")
        var bytes: [UInt8] = []
        while case let more = try client.receive(), !more.isEmpty { bytes += more }
        #expect(bytes.suffix(Self.large.count).elementsEqual(Self.large))
        server.expectUnharmed()
    }

    @Test func fileThatShrinksIsCutOff() throws {
        tree.write("root/large.bin", [UInt8](repeating: 1, count: 30_000_000))
        let server = try server()
        let client = try TCPClient(port: server.port, receiveBuffer: 4_096)
        try client.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\nGET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.receive()
        truncate("\(tree.path)/root/large.bin", 100)
        var count = 0
        while case let more = try client.receive(), !more.isEmpty { count += more.count }
        #expect(count < 30_000_000)
        try server.waitForLines("event=response_broken_off")
        #expect(try server.get("/a.txt").body == "hello, files")
        #expect(server.lines("worker_exited").isEmpty)
    }

    @Test func changesAreSeen() throws {
        let server = try server()
        let client = try TCPClient(port: server.port)
        let first = try client.get("/a.txt")
        tree.write("root/new", "changed")
        tree.rename("root/new", to: "root/a.txt")
        #expect(try eventually { try client.get("/a.txt").body == "changed" })
        #expect(try client.get("/a.txt").header("ETag") != first.header("ETag"))
        tree.remove("root/a.txt")
        #expect(try eventually { try client.get("/a.txt").status == 404 })
        server.expectUnharmed()
    }

    @Test func listenersHaveRootsOfTheirOwn() throws {
        let directory = TemporaryDirectory()
        directory.write(
            "drover.yaml",
            """
            workers: 1
            app: files
            files: { root: \(tree.path)/root }
            listeners:
              - { bind: "127.0.0.1:0" }
              - { bind: "127.0.0.1:0", files: { root: \(tree.path)/root/sub, prefix: /s, max_age: 60 } }
            """)
        let server = SpawnedServer("drover-lab", [], in: directory)
        try server.waitUntilReady(workers: 1)
        let ports = server.lines("event=listening").compactMap { line in
            SpawnedServer.value("address", in: line)?.split(separator: ":").last.flatMap { UInt16($0) }
        }
        try #require(ports.count == 2)
        #expect(try TCPClient(port: ports[0]).get("/").body == "<p>root")
        let second = try TCPClient(port: ports[1]).get("/s/")
        #expect(second.body == "<p>sub" && second.header("Cache-Control") == "public, max-age=60")
        #expect(try TCPClient(port: ports[1]).get("/").status == 404)
        server.expectUnharmed()
    }

    @Test func wellKnownPlacesAreShown() throws {
        tree.write("root/.well-known/acme-challenge/t", "token")
        let server = try server()
        #expect(try server.get("/.well-known/acme-challenge/t").body == "token")
        #expect(try server.get("/.env").status == 404)
        server.expectUnharmed()
    }

    @Test func tagsAreAsTheFileSays() throws {
        tree.setTime("root/a.txt", 784_111_777)
        let directory = TemporaryDirectory()
        for (value, tag) in [("portable", "\"cyu8ip-c\""), ("off", nil)] {
            directory.write("drover.yaml", "app: files\nfiles: { root: \(tree.path)/root, etag: \(value) }\n")
            let server = try SpawnedServer.lab(workers: 1, ["-c", "\(directory.path)/drover.yaml"])
            #expect(try server.get("/a.txt").header("ETag") == tag, "\(value)")
            server.expectUnharmed()
        }
    }

    @Test func rootThatIsMissingIsSaid() throws {
        for (arguments, text) in [
            (["--app", "files"], "needs a 'root'"),
            (["--app", "files", "--root", "/nowhere"], "open /nowhere: No such file"),
        ] {
            let server = SpawnedServer("drover-lab", ["-b", "127.0.0.1:0"] + arguments)
            #expect(server.waitForExit() == 3)
            #expect(server.log.contains(text), "\(server.log)")
        }
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        guard let first = TemporaryDirectory.bytes(of: one), let second = TemporaryDirectory.bytes(of: other) else {
            return false
        }
        return first == second
    }
}
