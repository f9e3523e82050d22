import Testing

@testable import DroverSystem

@Suite struct HostTests {
    @Test func thereIsAtLeastOneCPU() {
        #expect(AvailableCPUs.count() >= 1)
    }

    @Test func censusSeesAThreadThatRuns() throws {
        let gate = try WakeDescriptor()
        let raw = gate.descriptor.raw
        try NativeThread.start(name: "census-probe") { waitUntilReadable(raw) }
        // The thread names itself as its first act.
        var seen = false
        for _ in 0..<500 where !seen {
            seen = threadCensus().contains("census-probe")
            if !seen { pauseThread(milliseconds: 2) }
        }
        #expect(seen)
        gate.wake()
    }

    @Test func timestampHasTheFormOfRFC3339() {
        let text = Array(WallClock.timestamp().utf8)
        #expect(text.count == 24)
        for (index, byte) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "."), (23, "Z")] {
            #expect(text[index] == UInt8(ascii: Unicode.Scalar(byte)!))
        }
    }

    @Test func signalsAreNamedAsKillNamesThem() {
        #expect(Signal.terminate.description == "SIGTERM")
        #expect(ExitStatus.signaled(.kill, core: false).description == "SIGKILL")
        #expect(ExitStatus.exited(3).description == "exit code 3")
    }

    @Test func pidFileIsReplacedInOneStep() throws {
        let path = "/tmp/drover-test-\(currentProcess)-\(MonotonicClock.nanoseconds())"
        try replaceFile(path, with: "one\n")
        try replaceFile(path, with: "two\n")
        #expect(try readSmallFile(path) == "two\n")
        try removeFile(path)
        try removeFile(path)
        #expect(throws: SystemError.self) { try readSmallFile(path) }
    }
}
