import DroverTestSupport
import Glibc
import Testing

@testable import DroverSystem

/// Readers that stall: no writer waits for them, and the lines that they miss are counted.
@Suite struct AppendFileTests {
    private func lines(_ count: Int, length: Int = 100) -> [UInt8] {
        Array(String(repeating: String(repeating: "x", count: length - 1) + "\n", count: count).utf8)
    }

    /// Everything that waits to be read.
    private func drain(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, 0) > 0 else { break }
            let count = read(descriptor, &block, block.count)
            guard count > 0 else { break }
            bytes += block[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func pair(_ kind: String) throws -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        if kind == "socket" {
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
        } else {
            try #require(pipe(&ends) == 0)
        }
        return (ends[0], ends[1])
    }

    @Test(arguments: ["pipe", "socket"]) func fullOnesLoseWholeLinesAndCountThem(kind: String) throws {
        let (reader, writer) = try pair(kind)
        defer {
            close(reader)
            close(writer)
        }
        var file = try AppendFile(duplicating: writer)
        var lost = 0
        for _ in 0..<50 { lost += file.append(lines(100)) }
        #expect(lost > 0)
        #expect(file.append(lines(3)) == 3, "nothing fits any more")
        let text = drain(reader).split(separator: "\n")
        #expect(text.count + lost == 5_000)
        #expect(text.allSatisfy { $0.count == 99 })
        #expect(file.append(lines(3)) == 0)
        #expect(drain(reader).split(separator: "\n").count == 3)
        #expect(fcntl(writer, F_GETFL) & O_NONBLOCK == 0, "others share the open file")
    }

    /// The pipe cannot be opened anew, as another user's cannot: so it is looked at.
    @Test(.enabled(if: geteuid() == 0, "only root becomes somebody else")) func anothersPipeIsLookedAt() throws {
        let directory = TemporaryDirectory()
        let path = "\(directory.path)/pipe"
        mkfifo(path, 0o600)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        let fixture = SpawnedServer(
            path: "/bin/sh",
            ["-c", "exec \"$0\" flood nobody 2>pipe", "\(SpawnedServer.products)/DroverProcesses"], in: directory)
        defer { close(reader) }
        #expect(fixture.waitForExit() == 0, "it did not wait")
        let (lost, shared) = try #require(
            fixture.output.wholeMatch(of: /lost (\d+) (true|false)\n/).map { (Int($0.1)!, $0.2 == "true") })
        #expect(lost > 0 && shared)
        #expect(drain(reader).split(separator: "\n").count + lost == 5_000)
    }

    @Test func stoppedTerminalLosesLines() throws {
        let leader = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(leader) }
        var (lock, number): (Int32, Int32) = (0, -1)
        // TIOCSPTLCK and TIOCGPTN in ioctl_tty(2), which Swift does not know.
        try #require(ioctl(leader, 0x4004_5431, &lock) == 0 && ioctl(leader, 0x8004_5430, &number) == 0)
        let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(terminal) }
        var file = try AppendFile(duplicating: terminal)
        #expect(file.append(lines(2)) == 0)
        #expect(tcflow(terminal, TCOOFF) == 0, "as Ctrl-S does")
        #expect(file.append(lines(2)) == 2)
        #expect(tcflow(terminal, TCOON) == 0)
        #expect(file.append(lines(3)) == 0)
        #expect(drain(leader).split(separator: "\r\n").count == 5)
    }

    @Test func lineThatHadToEndInTheMiddleStaysByItself() throws {
        let (reader, writer) = try pair("pipe")
        defer {
            close(reader)
            close(writer)
        }
        var file = try AppendFile(duplicating: writer)
        #expect(file.append(lines(1, length: 200_000)) == 1)
        #expect(file.append(lines(1)) == 1)
        #expect(drain(reader).count == 65_536)
        #expect(file.append(lines(1)) == 0)
        #expect(drain(reader) == "\n" + String(repeating: "x", count: 99) + "\n")
    }

    @Test func fullDiskLosesLines() throws {
        var file = try AppendFile(path: "/dev/full")
        #expect(file.append(lines(2)) == 2)
    }

    @Test func readerThatHasGoneLosesLines() throws {
        ignoreBrokenPipes()
        let (reader, writer) = try pair("pipe")
        defer { close(writer) }
        var file = try AppendFile(duplicating: writer)
        close(reader)
        #expect(file.append(lines(2)) == 2)
    }
}
