import DroverTestSupport
import Glibc
import Testing

@testable import DroverSystem

@Suite struct SystemdTests {
    private let directory = TemporaryDirectory()

    @Test(arguments: [false, true]) func messagesArriveAsOneDatagram(abstract: Bool) throws {
        let receiver = NotifyReceiver("\(abstract ? "@" : "")\(directory.path)/notify")
        let socket = try #require(try NotifySocket.named(in: ["NOTIFY_SOCKET": receiver.name]))
        #expect(socket.send([.ready, .status("2 workers\nREADY=0"), .mainProcess(42)]) == nil)
        #expect(receiver.next() == ["READY=1", "STATUS=2 workers READY=0", "MAINPID=42"])
        socket.send([.stopping])
        socket.send([.watchdog])
        #expect(receiver.next() == ["STOPPING=1"])
        #expect(receiver.next() == ["WATCHDOG=1"])
        #expect(receiver.next() == nil)
    }

    @Test func reloadCarriesItsMoment() throws {
        let receiver = NotifyReceiver("@\(directory.path)/notify")
        let before = MonotonicClock.nanoseconds() / 1000
        try NotifySocket.named(in: ["NOTIFY_SOCKET": receiver.name])?.send([.reloading])
        let lines = try #require(receiver.next())
        #expect(lines.first == "RELOADING=1")
        let moment = lines.last.flatMap { Int64($0.dropFirst("MONOTONIC_USEC=".count)) } ?? 0
        #expect((before...before + 60_000_000).contains(moment))
    }

    @Test func nobodyIsToldWhenNobodyListens() throws {
        #expect(try NotifySocket.named(in: [:]) == nil)
        #expect(try NotifySocket.named(in: ["NOTIFY_SOCKET": ""]) == nil)
        #expect(try NotifySocket.named(in: ["NOTIFY_SOCKET": "vsock:2:1234"]) == nil)
        let gone = try #require(try NotifySocket.named(in: ["NOTIFY_SOCKET": "\(directory.path)/gone"]))
        #expect(gone.send([.ready])?.code == ENOENT)
        let long = "/" + String(repeating: "x", count: 200)
        #expect(try NotifySocket.named(in: ["NOTIFY_SOCKET": long])?.send([.ready])?.code == ENAMETOOLONG)
    }

    @Test func aManagerThatDoesNotReadNeverBlocks() throws {
        let receiver = NotifyReceiver("\(directory.path)/notify")
        let socket = try #require(try NotifySocket.named(in: ["NOTIFY_SOCKET": receiver.name]))
        var failure: SystemError?
        for _ in 0..<100_000 where failure == nil { failure = socket.send([.watchdog]) }
        #expect(failure?.code == EAGAIN)
    }

    @Test func watchdogIsMeantForOneProcess() {
        let watchdog = WatchdogSettings.named(in: ["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"], process: 7)
        #expect(watchdog?.timeoutMilliseconds == 3000)
        #expect(watchdog?.intervalMilliseconds == 1500)
        #expect(WatchdogSettings.named(in: ["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"], process: 7) == nil)
        #expect(WatchdogSettings.named(in: ["WATCHDOG_USEC": "3000000"], process: 7) != nil)
        for wrong in ["", "0", "-1", "soon"] { #expect(WatchdogSettings.named(in: ["WATCHDOG_USEC": wrong]) == nil) }
        #expect(WatchdogSettings.named(in: ["WATCHDOG_USEC": "1"])?.intervalMilliseconds == 1)
    }

    @Test func socketsAreNamedAndMeantForOneProcess() {
        let environment = ["LISTEN_PID": "7", "LISTEN_FDS": "3", "LISTEN_FDNAMES": "web::admin"]
        #expect(
            ActivatedSocket.named(in: environment, process: 7) == [
                ActivatedSocket(descriptor: 3, name: "web"), ActivatedSocket(descriptor: 4, name: "unknown"),
                ActivatedSocket(descriptor: 5, name: "admin"),
            ])
        #expect(ActivatedSocket.named(in: environment, process: 8).isEmpty)
        #expect(ActivatedSocket.named(in: ["LISTEN_FDS": "1"], process: 8).isEmpty)
        #expect(ActivatedSocket.named(in: ["LISTEN_PID": "7", "LISTEN_FDS": "-1"], process: 7).isEmpty)
        #expect(
            ActivatedSocket.named(in: ["LISTEN_PID": "7", "LISTEN_FDS": "1"], process: 7) == [
                ActivatedSocket(descriptor: 3, name: "unknown")
            ])
    }

    /// Starts the fixture as systemd would, with descriptors 3 and up.
    private func take(_ opening: String, count: Int) throws -> Int32 {
        let script =
            "\(opening); LISTEN_PID=$$ LISTEN_FDS=\(count) LISTEN_FDNAMES=web:admin "
            + "exec \(SpawnedServer.products)/DroverProcesses sockets >out 2>err"
        let image = ProgramImage(arguments: ["/bin/sh", "-c", script], directory: directory.path, environment: [:])
        let (pid, _) = try startProgram(image, environment: [:])
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status
    }

    @Test func socketsAreTakenAndTheirVariablesCleared() throws {
        #expect(try take("exec 3</dev/null 4</dev/null", count: 2) == 0)
        #expect(directory.read("out") == "3 web 1\n4 admin 1\nleft: 0\n")
    }

    @Test func socketsThatWereNotPassedAreReported() throws {
        #expect(try take("exec 3</dev/null 4<&-", count: 2) != 0)
        #expect(directory.read("err").contains("LISTEN_FDS descriptor 4"))
    }
}
