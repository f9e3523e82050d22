import DroverScriptedSupport
import DroverSystem
import DroverTestSupport
import Testing

@testable import DroverHTTP
@testable import DroverHTTPFiles
@testable import DroverHTTPMessages

@Suite struct EntityTagTests {
    private static let time = 784_111_777
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    private func ask(_ tree: FileTree, _ basis: EntityTagBasis, _ fields: String = "") async throws -> HTTPReply {
        var settings = FileSettings(root: tree.path)
        settings.etag = basis
        let head = "GET /a.txt HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
        return try #require(HTTPReply(try await Exchange.run([head], FileHandler(settings)).text))
    }

    private func replica(_ text: String = "hello", time: Int = time) -> FileTree {
        let tree = FileTree(["a.txt": text])
        tree.setTime("a.txt", time)
        return tree
    }

    @Test func copiesHaveOneTagWhenItIsPortable() async throws {
        let (one, other) = (replica(), replica())
        #expect(try await ask(one, .inode).header("ETag") != ask(other, .inode).header("ETag"))
        let tag = try #require(try await ask(one, .portable).header("ETag"))
        #expect(tag == "\"cyu8ip-5\"")
        #expect(try await ask(other, .portable).header("ETag") == tag)
        // What one replica has sent, the other one knows.
        #expect(try await ask(other, .portable, "If-None-Match: \(tag)\r\n").status == 304)
        #expect(try await ask(other, .portable, "Range: bytes=0-0\r\nIf-Range: \(tag)\r\n").status == 206)
        #expect(try await ask(other, .portable, "If-Match: \(tag)\r\n").status == 200)
    }

    @Test func portableTagsFollowSizeAndTime() async throws {
        let tag = try await ask(replica(), .portable).header("ETag")
        #expect(try await ask(replica("hello!"), .portable).header("ETag") != tag)
        #expect(try await ask(replica(time: Self.time + 1), .portable).header("ETag") != tag)
    }

    @Test func compressedFormsHaveTagsOfTheirOwn() async throws {
        // All of one size and time, which the inode would tell apart.
        let tree = replica()
        for name in ["a.txt.gz", "a.txt.br", "a.txt.zst"] {
            tree.write(name, "HELLO")
            tree.setTime(name, Self.time)
        }
        var tags: Set<String> = []
        for accept in ["identity", "gzip", "br", "zstd"] {
            let reply = try await ask(tree, .portable, "Accept-Encoding: \(accept)\r\n")
            tags.insert(try #require(reply.header("ETag")))
        }
        #expect(tags.count == 4)
    }

    @Test func withinItsSecondAFileKeepsNoTag() async throws {
        let tree = FileTree(["a": "one"])
        let status = try OpenFile(path: "\(tree.path)/a").status
        func tag(now: Int64) -> String? { EntityTag(status, .portable, coding: nil, now: now)?.text }
        #expect(tag(now: status.modified) != tag(now: status.modified + 1))
        #expect(tag(now: status.modified + 1) == tag(now: status.modified + 9))
    }

    @Test func offLeavesDates() async throws {
        let tree = replica()
        let reply = try await ask(tree, .off)
        #expect(reply.status == 200 && reply.header("ETag") == nil)
        #expect(reply.header("Last-Modified") == Self.date)
        for (fields, status) in [
            ("If-Modified-Since: \(Self.date)", 304), ("If-Range: \(Self.date)\r\nRange: bytes=0-0", 206),
            ("If-None-Match: \"x\"", 200), ("If-None-Match: \"\"", 200), ("If-None-Match: *", 304),
            ("If-Match: \"x\"", 412), ("If-Match: *", 200), ("If-Range: \"x\"\r\nRange: bytes=0-0", 200),
            ("If-Range: \"\"\r\nRange: bytes=0-0", 200),
        ] {
            let reply = try await ask(tree, .off, fields + "\r\n")
            #expect(reply.status == status && reply.header("ETag") == nil, "\(fields)")
        }
    }
}
