import DroverTestSupport
import Glibc
import Testing

@testable import DroverSystem

@Suite struct UnixListenerTests {
    private let directory = TemporaryDirectory()

    private func status(_ path: String) throws -> stat {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status
    }

    @Test(arguments: [0o660, 0o666, 0o600] as [UInt32]) func socketIsBornWithItsMode(mode: UInt32) throws {
        let path = "\(directory.path)/socket"
        let listener = try ListeningSocket(bind: .unix(path), backlog: 8, mode: mode)
        #expect(listener.address == .unix(path))
        #expect(try status(path).st_mode & 0o777 == mode)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file away")) func socketBelongsToTheWorkers() throws {
        let path = "\(directory.path)/socket"
        let nobody = try Credentials(user: "nobody", group: "daemon")
        let listener = try ListeningSocket(bind: .unix(path), backlog: 8, owner: nobody)
        #expect(listener.address == .unix(path))
        let status = try status(path)
        #expect(status.st_uid == nobody.user && nobody.user != 0)
        #expect(status.st_gid == nobody.group && nobody.group != 0)
        #expect(status.st_mode & 0o777 == 0o660)
        #expect(UnixSocketName.state(of: path) == .answered)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become somebody else")) func failureLeavesNoName() throws {
        chmod(directory.path, 0o777)
        let fixture = SpawnedServer("DroverProcesses", ["give-away", "nobody", "root"], in: directory)
        #expect(fixture.waitForExit() == 5)
        #expect(fixture.log == "chown socket: Operation not permitted\n")
        #expect(UnixSocketName.state(of: "\(directory.path)/socket") == .absent)
    }
}
