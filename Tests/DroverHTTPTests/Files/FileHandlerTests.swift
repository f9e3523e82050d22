import DroverScriptedSupport
import DroverTestSupport
import Glibc
import Testing

@testable import DroverHTTP
@testable import DroverHTTPFiles
@testable import DroverHTTPMessages

@Suite struct FileHandlerTests {
    private static let large = String(repeating: "0123456789", count: 5_000)

    // Lives as long as the test.
    private let tree = FileTree([
        "index.html": "<p>root", "a.txt": "hello", "sub/index.html": "<p>sub", "sub/b b.css": "b{}", "empty.bin": "",
        ".env": "secret", "sub/.htpasswd": "secret", "large.bin": large, "bare/c.txt": "c",
    ])

    private func ask(
        _ handler: FileHandler, _ target: String, _ fields: String = "", method: String = "GET"
    ) async throws -> HTTPReply {
        let head = "\(method) \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
        let exchange = try await Exchange.run([head], handler)
        return try #require(HTTPReply(exchange.text, hasBody: method != "HEAD"))
    }

    @Test(arguments: [false, true])
    func filesAndFolders(walked: Bool) async throws {
        let handler = try FileHandler(FileSettings(root: tree.path), walked: walked)
        for (target, status, body) in [
            ("/", 200, "<p>root"), ("/index.html", 200, "<p>root"), ("/a.txt", 200, "hello"),
            ("/a.txt?x=1", 200, "hello"),
            ("/sub/", 200, "<p>sub"), ("/sub/b%20b.css", 200, "b{}"), ("/large.bin", 200, Self.large),
            ("/empty.bin", 200, ""),
            ("http://a/a.txt", 200, "hello"), ("http://a", 200, "<p>root"),
        ] {
            let reply = try await ask(handler, target)
            #expect(reply.status == status && reply.body == body, "\(target)")
        }
        for target in [
            "/nothing", "/a.txt/", "/a.txt/b", "/bare", "/bare/", "/.env", "/sub/.htpasswd", "/sub/../a.txt", "//a.txt",
            "/sub//", "/index.html/", "/A.TXT", "/sub/%2e%2e/a.txt", "/large.bin%20",
        ] {
            let reply = try await ask(handler, target)
            #expect(reply.status == 404, "\(target)")
        }
        #expect(try await ask(handler, "/a%zz").status == 400)
        #expect(try await ask(handler, "/a%00").status == 400)
    }

    @Test func namesAboveASCII() async throws {
        tree.write("café/ü.txt", "coffee")
        tree.write("café/index.html", "<p>café")
        let handler = try FileHandler(root: tree.path)
        for target in ["/café/ü.txt", "/caf%C3%A9/%C3%BC.txt", "/caf%c3%a9/ü.txt"] {
            #expect(try await ask(handler, target).body == "coffee", "\(target)")
        }
        for target in ["/café?ö", "/caf%C3%A9?ö"] {
            #expect(try await ask(handler, target).header("Location") == "/caf%C3%A9/?%C3%B6", "\(target)")
        }
        // The same letter in another character set is another name.
        let latin = Array("GET /caf".utf8) + [0xE9] + Array("/ü.txt HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        #expect(try await Exchange.run(bytes: [latin], handler).statuses == ["404 Not Found"])
    }

    @Test(arguments: [false, true])
    func wellKnownPlaces(walked: Bool) async throws {
        tree.write(".well-known/acme-challenge/t", "token")
        tree.write(".well-known/security.txt", "Contact: mailto:security@shop.test")
        tree.write(".well-known/security.txt.gz", "GZ")
        tree.write(".well-known/ni/index.html", "<p>ni")
        tree.write(".well-known/.secret", "secret")
        let handler = try FileHandler(FileSettings(root: tree.path), walked: walked)
        let challenge = try await ask(handler, "/.well-known/acme-challenge/t")
        #expect(challenge.status == 200 && challenge.body == "token")
        // RFC 8555 section 8.3 and RFC 9116 section 3 name these types.
        #expect(challenge.header("Content-Type") == "application/octet-stream")
        let contact = try await ask(handler, "/.well-known/security.txt")
        #expect(contact.body.hasPrefix("Contact:"))
        #expect(contact.header("Content-Type") == "text/plain; charset=utf-8")
        let packed = try await ask(handler, "/.well-known/security.txt", "Accept-Encoding: gzip\r\n")
        #expect(packed.header("Content-Encoding") == "gzip" && packed.body == "GZ")
        #expect(try await ask(handler, "/.well-known/ni/").body == "<p>ni")
        #expect(try await ask(handler, "/.well-known/ni?x").header("Location") == "/.well-known/ni/?x")
        for target in [
            "/.well-known", "/.well-known/", "/.well-known/acme-challenge/", "/.well-known/.secret",
            "/.well-known/../.env", "/sub/.well-known/x",
        ] {
            #expect(try await ask(handler, target).status == 404, "\(target)")
        }
    }

    @Test func foldersGetTheirSlash() async throws {
        let handler = try FileHandler(root: tree.path, prefix: "/files")
        let reply = try await ask(handler, "/files/sub?a=b&c")
        #expect(reply.status == 301)
        #expect(reply.header("Location") == "/files/sub/?a=b&c")
        #expect(try await ask(handler, "/files").header("Location") == "/files/")
        #expect(try await ask(handler, "/files/").body == "<p>root")
        #expect(try await ask(handler, "/a.txt").status == 404)
    }

    @Test func head() async throws {
        let handler = try FileHandler(root: tree.path)
        for target in ["/a.txt", "/large.bin"] {
            let got = try await ask(handler, target)
            let head = try await ask(handler, target, "Range: bytes=0-1\r\n", method: "HEAD")
            // A second may begin in between.
            let names = ["Server", "Content-Type", "ETag", "Last-Modified", "Accept-Ranges", "Content-Length"]
            #expect(head.status == got.status && names.map(head.header) == names.map(got.header))
            #expect(head.header("Content-Length") == "\(got.body.utf8.count)")
        }
        let exchange = try await Exchange.run(
            ["HEAD /large.bin HTTP/1.1\r\nHost: a\r\n\r\nHEAD /a.txt HTTP/1.1\r\nHost: a\r\n\r\n"], handler)
        #expect(exchange.text.hasSuffix("\r\n\r\n") && exchange.statuses.count == 2)
    }

    @Test func otherMethods() async throws {
        let handler = try FileHandler(root: tree.path)
        for method in ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"] {
            let reply = try await ask(handler, "/a.txt", method: method)
            #expect(reply.status == 405)
            #expect(reply.header("Allow") == "GET, HEAD, OPTIONS")
        }
        let options = try await ask(handler, "*", method: "OPTIONS")
        #expect(options.status == 204)
        #expect(options.header("Allow") == "GET, HEAD, OPTIONS")
    }

    @Test func whatAReplySays() async throws {
        tree.setTime("a.txt", 784_111_777)
        var settings = FileSettings(root: tree.path)
        settings.maxAge = .seconds(3_600)
        let handler = try FileHandler(settings)
        let reply = try await ask(handler, "/a.txt")
        #expect(reply.header("Content-Type") == "text/plain; charset=utf-8")
        #expect(reply.header("Last-Modified") == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(reply.header("Cache-Control") == "public, max-age=3600")
        #expect(reply.header("Accept-Ranges") == "bytes")
        #expect(reply.header("Content-Length") == "5")
        #expect(reply.header("Vary") == nil)
        let tag = try #require(reply.header("ETag"))
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count > 6)
        #expect(try await ask(handler, "/large.bin").header("ETag") != tag)
        // Nobody can have seen it yet.
        tree.setTime("a.txt", 4_102_444_800)
        #expect(try await ask(try FileHandler(settings), "/a.txt").header("Last-Modified") == nil)
    }

    @Test func conditions() async throws {
        tree.setTime("a.txt", 784_111_777)
        let handler = try FileHandler(root: tree.path)
        let tag = try #require(try await ask(handler, "/a.txt").header("ETag"))
        let same = "Sun, 06 Nov 1994 08:49:37 GMT"
        let before = "Sun, 06 Nov 1994 08:49:36 GMT"
        let after = "Sun Nov  6 08:49:38 1994"
        for (fields, status) in [
            ("If-None-Match: \(tag)", 304), ("If-None-Match: W/\(tag)", 304), ("If-None-Match: \"x\", \(tag)", 304),
            ("If-None-Match: \"x\"\r\nIf-None-Match: \(tag)", 304), ("If-None-Match: *", 304),
            ("If-None-Match: \"x\"", 200), ("If-Modified-Since: \(same)", 304), ("If-Modified-Since: \(after)", 304),
            ("If-Modified-Since: \(before)", 200), ("If-Modified-Since: yesterday", 200),
            ("If-Match: \(tag)", 200), ("If-Match: *", 200), ("If-Match: W/\(tag)", 412), ("If-Match: \"x\"", 412),
            ("If-Unmodified-Since: \(same)", 200), ("If-Unmodified-Since: \(before)", 412),
            ("If-Unmodified-Since: soon", 200),
            // Tags come before dates, and what concerns the change before what concerns the copy.
            ("If-None-Match: \"x\"\r\nIf-Modified-Since: \(after)", 200),
            ("If-None-Match: \(tag)\r\nIf-Modified-Since: \(before)", 304),
            ("If-Match: \(tag)\r\nIf-Unmodified-Since: \(before)", 200),
            ("If-Match: \"x\"\r\nIf-None-Match: \(tag)", 412), ("If-Match: \(tag)\r\nIf-None-Match: \(tag)", 304),
            // And all of them before ranges.
            ("If-None-Match: \(tag)\r\nRange: bytes=0-1", 304), ("If-Match: \"x\"\r\nRange: bytes=0-1", 412),
            ("If-Match: \(tag)\r\nRange: bytes=0-1", 206),
        ] {
            let reply = try await ask(handler, "/a.txt", fields + "\r\n")
            #expect(reply.status == status, "\(fields)")
            if status == 304 {
                #expect(reply.header("ETag") == tag)
                #expect(reply.header("Content-Length") == nil && reply.header("Content-Type") == nil)
            }
        }
        #expect(try await ask(handler, "/a.txt", "If-None-Match: \(tag)\r\n", method: "HEAD").status == 304)
    }

    @Test func ifRange() async throws {
        tree.setTime("a.txt", 784_111_777)
        let handler = try FileHandler(root: tree.path)
        let tag = try #require(try await ask(handler, "/a.txt").header("ETag"))
        for (condition, status) in [
            (tag, 206), ("W/\(tag)", 200), ("\"x\"", 200), ("Sun, 06 Nov 1994 08:49:37 GMT", 206),
            ("Sun, 06 Nov 1994 08:49:38 GMT", 200), ("Sun, 06 Nov 1994 08:49:36 GMT", 200), ("junk", 200),
        ] {
            let reply = try await ask(handler, "/a.txt", "Range: bytes=1-3\r\nIf-Range: \(condition)\r\n")
            #expect(reply.status == status, "\(condition)")
            #expect(reply.body == (status == 206 ? "ell" : "hello"))
        }
    }

    @Test(arguments: ["/a.txt", "/large.bin"])
    func ranges(_ target: String) async throws {
        let handler = try FileHandler(root: tree.path)
        let whole = try await ask(handler, target).body
        let bytes = Array(whole.utf8)
        let one = try await ask(handler, target, "Range: bytes=1-3\r\n")
        #expect(one.status == 206)
        #expect(one.header("Content-Range") == "bytes 1-3/\(bytes.count)")
        #expect(one.header("Content-Length") == "3")
        #expect(one.body == String(decoding: bytes[1...3], as: UTF8.self))
        let last = try await ask(handler, target, "Range: bytes=-2\r\n")
        #expect(last.body == String(decoding: bytes.suffix(2), as: UTF8.self))
        let beyond = try await ask(handler, target, "Range: bytes=999999-\r\n")
        #expect(beyond.status == 416)
        #expect(beyond.header("Content-Range") == "bytes */\(bytes.count)")
        #expect(try await ask(handler, target, "Range: bytes=0-0\r\nRange: bytes=2-2\r\n").body == whole)
        #expect(try await ask(handler, target, "Range: lines=0-0\r\n").body == whole)

        let two = try await ask(handler, target, "Range: bytes=3-4,0-1\r\n")
        #expect(two.status == 206)
        let type = try #require(two.header("Content-Type"))
        let boundary = try #require(type.split(separator: "=").last.map(String.init))
        #expect(type.hasPrefix("multipart/byteranges; boundary="))
        let parts = two.body.split(separator: "--\(boundary)")
        #expect(parts.count == 4 && two.body.hasPrefix("\r\n--") && two.body.hasSuffix("\r\n--\(boundary)--\r\n"))
        let size = bytes.count
        #expect(parts[1].contains("Content-Range: bytes 3-4/\(size)\r\n"))
        #expect(parts[1].hasSuffix("\r\n\r\n\(String(decoding: bytes[3...4], as: UTF8.self))\r\n"))
        #expect(
            parts[2].hasSuffix(
                "Content-Range: bytes 0-1/\(size)\r\n\r\n\(String(decoding: bytes[0...1], as: UTF8.self))\r\n"))
        #expect(
            try await ask(handler, target, "Range: bytes=0-1,1-3\r\n").header("Content-Range") == "bytes 0-3/\(size)")
    }

    @Test func rangesCanBeSwitchedOff() async throws {
        var settings = FileSettings(root: tree.path)
        settings.maxRanges = 0
        let reply = try await ask(try FileHandler(settings), "/a.txt", "Range: bytes=0-0\r\n")
        #expect(reply.status == 200 && reply.header("Accept-Ranges") == nil && reply.body == "hello")
    }

    @Test func precompressedForms() async throws {
        for (name, text) in [("a.txt.gz", "GZ"), ("a.txt.br", "BR"), ("large.bin.zst", "old")] {
            tree.write(name, text)
        }
        tree.setTime("large.bin.zst", 784_111_777)
        let handler = try FileHandler(root: tree.path)
        for (accept, coding, body) in [
            ("gzip", "gzip", "GZ"), ("gzip, br", "br", "BR"), ("zstd", nil, "hello"), ("gzip;q=0", nil, "hello"),
            ("br;q=0.1, gzip;q=0.2", "gzip", "GZ"), ("identity", nil, "hello"),
        ] {
            let reply = try await ask(handler, "/a.txt", "Accept-Encoding: \(accept)\r\n")
            #expect(reply.header("Content-Encoding") == coding, "\(accept)")
            #expect(reply.body == body)
            #expect(reply.header("Vary") == "Accept-Encoding")
            #expect(reply.header("Content-Type") == "text/plain; charset=utf-8")
        }
        let plain = try await ask(handler, "/a.txt")
        let packed = try await ask(handler, "/a.txt", "Accept-Encoding: br\r\n")
        #expect(plain.header("ETag") != packed.header("ETag"))
        #expect(plain.header("Vary") == "Accept-Encoding")
        let tag = try #require(packed.header("ETag"))
        let again = try await ask(handler, "/a.txt", "Accept-Encoding: br\r\nIf-None-Match: \(tag)\r\n")
        #expect(again.status == 304 && again.header("Vary") == "Accept-Encoding")
        #expect(try await ask(handler, "/a.txt", "Accept-Encoding: br\r\nRange: bytes=1-1\r\n").body == "R")
        // Compressed before the file was last changed.
        #expect(try await ask(handler, "/large.bin", "Accept-Encoding: zstd\r\n").header("Content-Encoding") == nil)
        #expect(try await ask(handler, "/a.txt.gz").header("Content-Type") == "application/gzip")
        var settings = FileSettings(root: tree.path)
        settings.precompressed = false
        let off = try await ask(try FileHandler(settings), "/a.txt", "Accept-Encoding: gzip\r\n")
        #expect(off.body == "hello" && off.header("Vary") == nil)
    }

    @Test func anotherMayChangeTheResponse() async throws {
        let files = try FileHandler(root: tree.path)
        let handler = ClosureHandler { request in
            var response = try await files.respond(to: request)
            response.fields["Cache-Control"] = "no-store"
            return response
        }
        let exchange = try await Exchange.run(["GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n"], handler)
        let reply = try #require(HTTPReply(exchange.text))
        #expect(reply.header("Cache-Control") == "no-store")
        #expect(reply.body == "hello" && reply.header("Content-Length") == "5")
    }

    @Test func handlersOwnFile() async throws {
        let handler = ClosureHandler { request in
            try Response.file("\(tree.path)/\(request.queryValue("name") ?? "")", for: request)
        }
        let exchange = try await Exchange.run(
            ["GET /?name=a.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n"], handler)
        let reply = try #require(HTTPReply(exchange.text))
        #expect(reply.status == 206 && reply.body == "he" && reply.header("ETag") != nil)
        let missing = try await Exchange.run(["GET /?name=x HTTP/1.1\r\nHost: a\r\n\r\n"], handler)
        #expect(missing.statuses == ["500 Internal Server Error"])
        let folder = try await Exchange.run(["GET /?name=sub HTTP/1.1\r\nHost: a\r\n\r\n"], handler)
        #expect(folder.statuses == ["500 Internal Server Error"])
    }

    @Test func fileThatShrinksEndsTheConnection() async throws {
        let handler = ClosureHandler { request in
            let response = try Response.file("\(tree.path)/large.bin", for: request)
            tree.write("large.bin", "short")
            return response
        }
        let head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        let exchange = try await Exchange.run([head + head], isRepeatable: false, handler)
        #expect(exchange.statuses == ["200 OK"] && exchange.text.hasSuffix("\r\n\r\nshort"))
    }

    @Test func persistenceOfPreparedReplies() async throws {
        let handler = try FileHandler(root: tree.path)
        let old = try await Exchange.run(["GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"], handler)
        #expect(HTTPReply(old.text)?.header("Connection") == "keep-alive")
        let last = try await Exchange.run(["GET /a.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"], handler)
        #expect(HTTPReply(last.text)?.header("Connection") == "close")
        let two = String(repeating: "GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n", count: 2)
        let both = try await Exchange.run([two], handler)
        #expect(both.statuses == ["200 OK", "200 OK"] && both.sends == 1)
    }
}
