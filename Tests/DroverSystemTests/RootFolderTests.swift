import DroverSystem
import Testing

@Suite struct RootFolderTests {
    private func code(_ folder: RootFolder, _ path: String) -> Bool? {
        do {
            _ = try folder.open(Array(path.utf8).span.bytes)
            return nil
        } catch {
            return error.meansMissing
        }
    }

    @Test(arguments: [false, true])
    func opensBeneath(walked: Bool) throws {
        let proc = try RootFolder(path: "/proc/self", walked: walked)
        #expect(proc.isWalked == walked)
        let file = try proc.open(Array("net/tcp".utf8).span.bytes)
        #expect(file.status.kind == .regular)
        #expect(try !file.read(from: 0, count: 20).isEmpty)
        // The kernel's own links lead anywhere.
        for path in [
            "exe", "cwd/x", "root/etc/passwd", "fd/0", "nothing", "status/x", "a\0b",
            String(repeating: "a/", count: 3_000),
        ] {
            #expect(code(proc, path) == true, "\(path)")
        }
    }

    @Test func kernelRefusesToLeave() throws {
        let folder = try RootFolder(path: "/etc")
        guard !folder.isWalked else { return }
        for path in ["../etc/passwd", "..", "/etc/passwd", "ssl/../../etc/passwd"] {
            #expect(code(folder, path) == true, "\(path)")
        }
        #expect(code(folder, "passwd") == nil)
    }

    @Test func statusTellsChanges() throws {
        let folder = try RootFolder(path: "/etc")
        let opened = try folder.open(Array("passwd".utf8).span.bytes)
        #expect(try folder.status(of: Array("passwd".utf8).span.bytes) == opened.status)
        #expect(try folder.status(of: Array("group".utf8).span.bytes) != opened.status)
    }
}
