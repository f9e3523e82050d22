import DroverTestSupport
import Glibc
import Testing

/// A server that runs in a folder to which a link leads, which is moved to a new release.
@Suite struct ReleaseTests {
    private let tree = FileTree()

    init() {
        for release in ["1", "2"] {
            tree.write("releases/\(release)/site/name", "release \(release)")
            // The same program twice, each with a name of its own; a link where another file system keeps it.
            let (program, name) = ("\(SpawnedServer.products)/drover", "\(tree.path)/releases/\(release)/drover")
            if link(program, name) != 0 { symlink(program, name) }
        }
        tree.link("current", to: "releases/1")
    }

    private func moveLink(to release: String) {
        tree.link("next", to: "releases/\(release)")
        tree.rename("next", to: "current")
    }

    /// Starts it as a person would: by a relative path, from the folder behind the link.
    private func start(_ folder: String = "current", _ arguments: String = "") throws -> SpawnedServer {
        let server = SpawnedServer(
            path: "/bin/sh",
            [
                "-c",
                "cd \(tree.path)/\(folder) && exec ./drover -b 127.0.0.1:0 --app files --root site --pid server.pid \(arguments)",
            ])
        try server.waitUntilReady(workers: 1)
        return server
    }

    private func folder(of pid: pid_t) -> String? {
        guard let path = realpath("/proc/\(pid)/cwd", nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    @Test func upgradeStartsTheNewReleasesProgram() throws {
        let server = try start()
        #expect(try server.get("/name").body == "release 1")
        moveLink(to: "2")
        server.signal(SIGUSR2)
        #expect(server.waitForExit() == 0)
        let line = try #require(server.lines("event=upgrade_started").first)
        let young = try #require(SpawnedServer.value("pid", in: line).flatMap { pid_t($0) })
        defer { kill(young, SIGKILL) }
        #expect(folder(of: young) == "\(tree.path)/releases/2")
        var file = stat()
        let isLink = lstat("\(tree.path)/releases/2/drover", &file) == 0 && file.st_mode & S_IFMT == S_IFLNK
        let program = isLink ? "\(SpawnedServer.products)/drover" : "\(tree.path)/releases/2/drover"
        #expect(SpawnedServer.value("executable", in: line) == program)
        #expect(try server.get("/name").body == "release 2")
        #expect(eventually { TemporaryDirectory.content(of: "\(tree.path)/releases/2/server.pid") == "\(young)\n" })
        #expect(!TemporaryDirectory.entries(of: "\(tree.path)/releases/1").contains("server.pid"))
        kill(young, SIGTERM)
        #expect(eventually { !SpawnedServer.isAlive(young) })
    }

    @Test(arguments: [("current", ""), ("releases/1", "--chdir ../../current"), ("releases", "--chdir TREE/current")])
    func reloadServesTheNewReleasesFiles(place: String, arguments: String) throws {
        if place == "releases" { tree.link("releases/drover", to: "1/drover") }
        let server = try start(place, arguments.replacing("TREE", with: tree.path))
        #expect(try server.get("/name").body == "release 1")
        moveLink(to: "2")
        server.signal(SIGHUP)
        try server.waitForLines("event=reloaded")
        try server.waitForLines("event=worker_exited")
        #expect(try server.get("/name").body == "release 2")
        #expect(folder(of: server.workers[0]) == "\(tree.path)/releases/2")
        // A worker that dies is replaced in the same place.
        kill(server.workers[0], SIGKILL)
        try server.waitUntilReady(workers: 3)
        #expect(try server.get("/name").body == "release 2")
        // What the arbiter made where it was started is gone at the end, too.
        #expect(folder(of: server.pid) == "\(tree.path)/releases/1")
        #expect(server.stop() == 0)
        #expect(TemporaryDirectory.entries(of: "\(tree.path)/releases/1").sorted() == ["drover", "site"])
        #expect(TemporaryDirectory.entries(of: "\(tree.path)/releases/2").sorted() == ["drover", "site"])
    }

    @Test func reloadIntoAFolderThatIsNotThereIsRefused() throws {
        let server = try start()
        tree.remove("current")
        server.signal(SIGHUP)
        try server.waitForLines("event=reload_failed")
        #expect(
            server.lines("event=reload_failed")[0].contains("chdir \(tree.path)/current: No such file or directory"))
        #expect(try server.get("/name").body == "release 1")
        #expect(server.stop() == 0)
    }
}
