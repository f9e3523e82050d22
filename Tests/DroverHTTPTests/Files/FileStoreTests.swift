import DroverSystem
import DroverTestSupport
import Glibc
import Testing

@testable import DroverHTTPFiles
@testable import DroverHTTPMessages

/// Time is what a test says, and begins when the files that it wrote have settled.
@Suite struct FileStoreTests {
    private let start = WallClock.seconds() + 10

    private func find(_ store: FileStore, _ name: String, _ now: Int64) throws -> FileResource? {
        guard case .file(let resource) = try store.find(Array(name.utf8).span.bytes, now: now) else { return nil }
        return resource
    }

    @Test func rememberedForASecond() throws {
        let tree = FileTree(["a": "one"])
        let store = try FileStore(FileSettings(root: tree.path))
        let first = try #require(try find(store, "a", start))
        tree.write("a", "other")
        let second = try #require(try find(store, "a", start))
        #expect(first === second)
        let third = try #require(try find(store, "a", start + 1))
        #expect(third !== first && third.original.status.size == 5)
        #expect(try find(store, "a", start + 2) === third)
    }

    @Test func sameSizeSameTimeIsSeenToo() throws {
        let tree = FileTree(["a": "one", "b": "two"])
        let store = try FileStore(FileSettings(root: tree.path))
        tree.setTime("a", 784_111_777)
        tree.setTime("b", 784_111_777)
        let first = try #require(try find(store, "a", start))
        tree.rename("b", to: "a")
        #expect(try find(store, "a", start + 1)?.original.tag != first.original.tag)
        tree.remove("a")
        #expect(try find(store, "a", start + 2) == nil)
    }

    @Test func compressedFormsThatComeAndGo() throws {
        let tree = FileTree(["a": "one"])
        let store = try FileStore(FileSettings(root: tree.path))
        #expect(try find(store, "a", start)?.compressed.isEmpty == true)
        tree.write("a.gz", "gz")
        #expect(try find(store, "a", start)?.compressed.isEmpty == true)
        #expect(try find(store, "a", start + 1)?.compressed.map(\.coding) == [.gzip])
        tree.remove("a.gz")
        #expect(try find(store, "a", start + 2)?.compressed.isEmpty == true)
    }

    @Test func whatIsJustBeingWrittenIsNotRemembered() throws {
        let tree = FileTree(["a": "one"])
        let store = try FileStore(FileSettings(root: tree.path))
        let now = WallClock.seconds()
        let first = try find(store, "a", now)
        #expect(first != nil)
        #expect(try find(store, "a", now) !== first)
    }

    @Test func rootThatIsSwitched() throws {
        let tree = FileTree(["one/a": "one", "two/a": "two!"])
        tree.link("current", to: "one")
        let store = try FileStore(FileSettings(root: "\(tree.path)/current"))
        #expect(try find(store, "a", start)?.original.status.size == 3)
        tree.link("next", to: "two")
        tree.rename("next", to: "current")
        #expect(try find(store, "a", start)?.original.status.size == 3)
        #expect(try find(store, "a", start + 1)?.original.status.size == 4)
        // Nothing there for a moment is no reason to give up.
        tree.remove("current")
        #expect(try find(store, "a", start + 2)?.original.status.size == 4)
    }

    @Test(arguments: [false, true])
    func linksOutOfTheRoot(walked: Bool) throws {
        let tree = FileTree(["root/a": "a", "root/sub/b": "b", "secret": "secret", "other/c": "c"])
        tree.link("root/absolute", to: "/etc/passwd")
        tree.link("root/up", to: "../secret")
        tree.link("root/folder", to: "../other")
        tree.link("root/index.html", to: "../secret")
        tree.link("root/within", to: "sub/b")
        tree.link("root/loop", to: "loop")
        tree.link("root/dangling", to: "nowhere")
        tree.link("root/self", to: "../root/a")
        tree.link("root/process", to: "/proc/self/root/etc/passwd")
        tree.write("root/d.gz", "")
        tree.write("root/d", "d")
        tree.remove("root/d.gz")
        tree.link("root/d.gz", to: "../secret")
        let store = try FileStore(FileSettings(root: "\(tree.path)/root"), walked: walked)
        for name in ["absolute", "up", "folder/c", "folder/", "", "loop", "dangling", "self", "process"] {
            #expect(try find(store, name, start) == nil, "\(name)")
        }
        #expect(try find(store, "a", start) != nil)
        #expect(try find(store, "sub/b", start) != nil)
        #expect(try find(store, "d", start)?.compressed.isEmpty == true)
        // Walking follows no link at all.
        #expect((try find(store, "within", start) == nil) == walked)
    }

    @Test func rememberedFileThatBecomesALinkOut() throws {
        let tree = FileTree(["root/a": "a", "secret": "secret"])
        let store = try FileStore(FileSettings(root: "\(tree.path)/root"))
        #expect(try find(store, "a", start) != nil)
        tree.remove("root/a")
        tree.link("root/a", to: "../secret")
        #expect(try find(store, "a", start + 1) == nil)
    }

    @Test func whatIsNoFile() throws {
        let tree = FileTree(["a": "a"])
        mkfifo("\(tree.path)/pipe", 0o644)
        let store = try FileStore(FileSettings(root: tree.path))
        #expect(try find(store, "pipe", start) == nil)
        let devices = try FileStore(FileSettings(root: "/dev"))
        #expect(try find(devices, "null", start) == nil)
        #expect(throws: SystemError.self) { try FileStore(FileSettings(root: "\(tree.path)/nothing")) }
        #expect(throws: SystemError.self) { try FileStore(FileSettings(root: "\(tree.path)/a")) }
    }

    @Test func indexFilesInOrder() throws {
        let tree = FileTree(["both/index.htm": "2", "both/index.html": "11", "one/index.htm": "2"])
        tree.makeFolder("folder/index.html")
        var settings = FileSettings(root: tree.path)
        settings.index = ["index.html", "index.htm"]
        let store = try FileStore(settings)
        #expect(try find(store, "both/", start)?.original.status.size == 2)
        #expect(try find(store, "one/", start)?.original.status.size == 1)
        #expect(try find(store, "folder/", start) == nil)
        guard case .folder = try store.find(Array("one".utf8).span.bytes, now: start) else {
            Issue.record("a folder with an index is one")
            return
        }
    }

    @Test func boundsHold() throws {
        let tree = FileTree()
        for index in 0..<40 { tree.write("f\(index)", String(repeating: "x", count: 4_000)) }
        var settings = FileSettings(root: tree.path)
        settings.precompressed = false
        for (entries, bytes, most) in [(8, 1 << 20, 8), (1_000, 30_000, 6), (0, 1 << 20, 0)] {
            settings.cacheEntries = entries
            settings.cacheBytes = bytes
            let store = try FileStore(settings)
            for index in 0..<40 { #expect(try find(store, "f\(index)", start) != nil) }
            #expect(store.remembered.count <= most)
            #expect(store.remembered.bytes <= bytes)
        }
    }

    @Test func whatIsAskedForStays() throws {
        let tree = FileTree()
        for index in 0..<40 { tree.write("f\(index)", "x") }
        var settings = FileSettings(root: tree.path)
        settings.cacheEntries = 8
        let store = try FileStore(settings)
        let popular = try #require(try find(store, "f0", start))
        for index in 1..<40 {
            #expect(try find(store, "f0", start) === popular)
            _ = try find(store, "f\(index)", start)
        }
    }

    @Test func manyThreadsAsk() async throws {
        let tree = FileTree()
        for index in 0..<20 { tree.write("f\(index)", "x\(index)") }
        var settings = FileSettings(root: tree.path)
        settings.cacheEntries = 10
        let store = try FileStore(settings)
        let start = start
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for turn in 0..<200 {
                        let index = (turn * 7 + worker) % 20
                        let name = Array("f\(index)".utf8)
                        guard case .file(let resource) = try store.find(name.span.bytes, now: start + Int64(turn / 50))
                        else { throw SystemError("find", 0) }
                        #expect(resource.name == name)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(store.remembered.count <= 10)
    }
}
