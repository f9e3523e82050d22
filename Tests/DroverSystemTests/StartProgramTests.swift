import DroverTestSupport
import Glibc
import Testing

@testable import DroverSystem

@Suite struct StartProgramTests {
    private let directory = TemporaryDirectory()

    private func image(_ arguments: [String], path: String = "/usr/bin:/bin") -> ProgramImage {
        ProgramImage(arguments: arguments, directory: directory.path, environment: ["PATH": path])
    }

    /// Runs a shell script as the program and returns its exit code.
    private func run(
        _ script: String, environment: [String: String]? = nil, inheriting: [Int32] = []
    ) throws -> Int32 {
        let image = image(["sh", "-c", script, "name"])
        let (pid, _) = try startProgram(image, environment: environment ?? image.environment, inheriting: inheriting)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    }

    @Test func runsInItsFolderWithItsEnvironment() throws {
        let code = try run("pwd >out; echo \"$COLOUR $# $0\" >>out; exit 5", environment: ["COLOUR": "dark green"])
        #expect(code == 5)
        #expect(directory.read("out") == "\(directory.path)\ndark green 0 name\n")
    }

    @Test func inheritsTheDescriptorsItIsGivenAndNoOthers() throws {
        let given = try Descriptor.reserve()
        let kept = try Descriptor.reserve()
        let script = "ls -l /proc/$$/fd/\(given.raw) >out && ! test -e /proc/$$/fd/\(kept.raw)"
        #expect(try run(script, inheriting: [given.raw]) == 0)
        #expect(directory.read("out").contains("/dev/null"))
        #expect(fcntl(given.raw, F_GETFD) & FD_CLOEXEC != 0, "close-on-exec in this process all the same")
    }

    /// But SIGHUP, which nohup(1) may have ignored for the tests.
    @Test func startsWithNoSignalBlockedOrIgnored() throws {
        ignoreBrokenPipes()
        let before = SignalSet([.terminate, .user2]).block()
        defer { before.block() }
        #expect(try run("exec grep -E '^Sig(Blk|Ign)' /proc/self/status >out") == 0)
        // The two that the C library keeps to itself, 32 and 33, are its business.
        let standard: UInt64 = 0x7FFF_FFFE
        let sets = directory.read("out").split(separator: "\n").map { UInt64($0.split(separator: "\t")[1], radix: 16) }
        #expect(sets.map { $0.map { $0 & standard } } == [0, 0])
    }

    @Test func missingProgramIsReported() throws {
        for (name, path) in [("./none", "\(directory.path)/./none"), ("/no/such", "/no/such"), ("none", "none")] {
            #expect(throws: SystemError("execve", ENOENT, subject: path)) {
                _ = try startProgram(image([name]), environment: [:])
            }
        }
    }

    @Test func whatCannotBeExecutedIsReported() throws {
        let path = directory.write("text", "no program")
        #expect(throws: SystemError("execve", EACCES, subject: path)) {
            _ = try startProgram(image([path]), environment: [:])
        }
        chmod(path, 0o755)
        #expect(throws: SystemError("execve", ENOEXEC, subject: path)) {
            _ = try startProgram(image([path]), environment: [:])
        }
    }

    @Test func missingFolderIsReportedAsSuch() {
        let image = ProgramImage(arguments: ["/bin/true"], directory: "/no/such/folder", environment: [:])
        #expect(throws: SystemError("chdir", ENOENT, subject: "/no/such/folder")) {
            _ = try startProgram(image, environment: [:])
        }
    }

    /// A link that was moved to a new release since the start leads to the new release.
    @Test func programIsFoundThroughTheFoldersNameAndNamedWithoutLinks() throws {
        let tree = FileTree()
        for release in ["1", "2"] {
            tree.write("releases/\(release)/shop", "#!/bin/sh\nexit \(release)\n")
            chmod("\(tree.path)/releases/\(release)/shop", 0o755)
        }
        tree.link("current", to: "releases/1")
        let image = ProgramImage(arguments: ["./shop"], directory: "\(tree.path)/current", environment: [:])
        for release in ["1", "2"] {
            tree.remove("current")
            tree.link("current", to: "releases/\(release)")
            let (pid, file) = try startProgram(image, environment: [:])
            #expect(file == "\(tree.path)/releases/\(release)/shop")
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            #expect(status >> 8 == Int32(release))
        }
    }

    @Test func shellsNameOfTheFolderCountsIfItIsThatFolder() throws {
        let own = try #require(ProcessEnvironment.currentDirectory())
        let tree = FileTree()
        tree.link("here", to: own)
        let other = TemporaryDirectory()
        let named = { ProcessEnvironment.namedDirectory(in: ["PWD": $0]) }
        #expect(named("\(tree.path)/here") == "\(tree.path)/here")
        for name in [other.path, "here", "", "/no/such", "\(tree.path)/here/.", "\(tree.path)/x/../here"] {
            #expect(named(name) == own)
        }
        #expect(ProcessEnvironment.namedDirectory(in: [:]) == own)
    }

    @Test func aNameWithoutSlashIsFoundInThePathOfTheStart() throws {
        let path = directory.write("prog", "")
        #expect(throws: SystemError("execve", EACCES, subject: "prog")) {
            try image(["prog"], path: "/nowhere:").executable()
        }
        chmod(path, 0o755)
        // An empty element is the folder of the start, wherever this process may be by now.
        #expect(try image(["prog"], path: "/nowhere:").executable() == "\(directory.path)/./prog")
        #expect(try image(["sub/prog"]).executable() == "\(directory.path)/sub/prog")
        #expect(try image(["/abs/prog"]).executable() == "/abs/prog")
    }

    @Test func whatWasMeantForOneProcessIsNotHandedOn() {
        let image = ProgramImage(
            arguments: ["x"], directory: nil,
            environment: [
                "LISTEN_PID": "7", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "a", "WATCHDOG_PID": "7",
                "WATCHDOG_USEC": "9", "NOTIFY_SOCKET": "/run/n",
            ])
        #expect(image.environment == ["WATCHDOG_USEC": "9", "NOTIFY_SOCKET": "/run/n"])
    }

    @Test func theEndOfAProcessIsSeen() throws {
        let image = image(["sleep", "60"])
        let (pid, _) = try startProgram(image, environment: image.environment)
        guard let watch = ProcessDescriptor(pid) else {
            Issue.record("the process cannot be watched")
            return
        }
        let before = watch.hasEnded
        kill(pid, SIGKILL)
        #expect(waitUntilReadable(watch.descriptor.raw, milliseconds: 20_000))
        let after = watch.hasEnded
        #expect(!before && after)
        var ignored: Int32 = 0
        waitpid(pid, &ignored, 0)
        if ProcessDescriptor(pid) != nil { Issue.record("there is no such process any more") }
    }
}
