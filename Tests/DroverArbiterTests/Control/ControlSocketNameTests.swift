import DroverCore
import DroverSystem
import DroverTestSupport
import Glibc
import Logging
import Testing

@testable import DroverArbiter

/// Who gets the name in the file system, and what becomes of it.
@Suite struct ControlSocketNameTests {
    private let directory = TemporaryDirectory()
    private var path: String { "\(directory.path)/x.ctl" }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func nobodyElseMayConnect() throws {
        let control = try ControlSocket(path: path)
        #expect(mode(path) == 0o600)
        control.close()
        #expect(FileIdentity(path: path) == nil)
    }

    @Test func livingServerKeepsItsName() throws {
        let first = try ControlSocket(path: path)
        defer { first.close() }
        let identity = FileIdentity(path: path)
        let error = #expect(throws: ControlSocketError.self) { _ = try ControlSocket(path: path) }
        #expect(error == .taken(path) && error?.description.contains(path) == true)
        #expect(FileIdentity(path: path) == identity)
        _ = try StreamSocket(connectingTo: path)
    }

    @Test func nameOfADeadServerIsReplaced() throws {
        // Closed without its name being removed, as by SIGKILL.
        _ = try ListeningSocket(privateAt: path, backlog: 1)
        #expect(UnixSocketName.state(of: path) == .leftOver)
        let control = try ControlSocket(path: path)
        _ = try StreamSocket(connectingTo: path)
        control.close()
    }

    @Test func otherFilesAreNotTouched() throws {
        directory.write("x.ctl", "precious")
        #expect(throws: ControlSocketError.otherFile(path)) { _ = try ControlSocket(path: path) }
        #expect(directory.read("x.ctl") == "precious")
    }

    @Test func successorTakesThePathOver() throws {
        let old = try ControlSocket(path: path)
        let new = try ControlSocket(path: path + ".2")
        try new.rename(to: path)
        #expect(new.path == path)
        old.close()
        _ = try StreamSocket(connectingTo: path)
        #expect(new.serve(now: 0).isEmpty && new.descriptors.count == 3, "the path leads to the successor")
        new.close()
        #expect(TemporaryDirectory.entries(of: directory.path).isEmpty)
    }

    private func place(_ change: (inout ProcessSettings) -> Void) -> ControlSocketPath? {
        var process = ProcessSettings()
        change(&process)
        let environment = ["XDG_RUNTIME_DIR": directory.path]
        return ControlSocketPath(process, program: "x", environment: environment, user: 7, directory: "/")
    }

    @Test func onlyANameMayBeSharedWithOthers() throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let named = try #require(place { _ in })
        #expect(named.path == path)
        let first = try #require(try ControlSocket.open(named, logger: logger))
        defer { first.close() }
        #expect(try ControlSocket.open(named, logger: logger) == nil)
        let beside = place { $0.pidfile = "\(directory.path)/x.pid" }
        #expect(throws: ControlSocketError.taken(path)) { try ControlSocket.open(beside, logger: logger) }
        let asked = place { $0.controlSocket = path }
        #expect(throws: ControlSocketError.taken(path)) { try ControlSocket.open(asked, logger: logger) }
        let second = try ControlSocket.open(asked, suffix: ".2", logger: logger)
        #expect(second?.path == path + ".2")
        second?.close()
        #expect(try ControlSocket.open(place { $0.controlSocket = "off" }, logger: logger) == nil)
    }

    @Test func folderThatCannotBeWrittenKeepsNobodyFromStarting() throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let nowhere = place { $0.pidfile = "\(directory.path)/no/such/folder/x.pid" }
        #expect(try ControlSocket.open(nowhere, logger: logger) == nil)
        let asked = place { $0.controlSocket = "\(directory.path)/no/such/folder/x.ctl" }
        #expect(throws: SystemError.self) { try ControlSocket.open(asked, logger: logger) }
    }

    @Test func privateFolderBelongsToOneUser() throws {
        let folder = "\(directory.path)/own"
        try requirePrivateDirectory(folder)
        #expect(mode(folder) == 0o700)
        try requirePrivateDirectory(folder)
        chmod(folder, 0o755)
        #expect(throws: SystemError.self) { try requirePrivateDirectory(folder) }
        rmdir(folder)
        directory.write("own", "")
        #expect(throws: SystemError.self) { try requirePrivateDirectory(folder) }
    }
}
