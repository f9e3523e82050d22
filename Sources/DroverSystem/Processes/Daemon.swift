import CDrover

/// A process without terminal that its starter does not wait for, daemon(7).
package enum Daemon {
    /// Goes on in a new process, in a session of its own that can never get a terminal.
    ///
    /// It returns in the daemon only. The process that was started stays until the daemon has made its report, and
    /// then ends with it: status 0, or the daemon's message on standard error and the daemon's status. Standard input
    /// and output are /dev/null from now on; standard error stays until the report, for what goes wrong before.
    /// The working directory stays. See fork(2), setsid(2).
    ///
    /// - Throws: `ThreadsRunning` or `SystemError`, in the process that was started.
    package static func detach() throws -> DaemonReport {
        try requireSingleThread()
        let pipe = try Lifeline()
        // What is buffered would be written twice.
        fflush(nil)
        if case .parent(let child) = try forkProcess() {
            pipe.writeEnd.close()
            awaitReport(pipe.readEnd, leader: child)
        }
        _ = setsid()
        do {
            // A session's leader gets a terminal by opening one; its child is no leader.
            if case .parent = try forkProcess() { _exit(0) }
            pipe.readEnd.close()
            // The starter may have been interrupted; the daemon goes on.
            ignoreBrokenPipes()
            try StandardStreams.silence([0, 1])
            return DaemonReport(pipe.writeEnd)
        } catch {
            DaemonReport(pipe.writeEnd).failed("cannot become a daemon: \(error)", status: 1)
            _exit(1)
        }
    }

    // In the process that was started.
    private static func awaitReport(_ pipe: consuming Descriptor, leader: Int32) -> Never {
        var ignored: Int32 = 0
        while waitpid(leader, &ignored, 0) < 0, lastErrorNumber == EINTR {}
        waitUntilReadable(pipe.raw)
        var block = [UInt8](repeating: 0, count: DaemonReport.limit)
        let raw = pipe.raw
        let count = block.withUnsafeMutableBytes { CDrover.read(raw, $0.baseAddress, $0.count) }
        guard count > 0 else {
            StandardStreams.write("the daemon ended before it had started; its error log may say why\n", to: .error)
            _exit(1)
        }
        if count > 1 { StandardStreams.write(String(decoding: block[1..<count], as: UTF8.self) + "\n", to: .error) }
        _exit(Int32(block[0]))
    }
}

/// How a daemon tells the process that started it what has become of it; the first report counts.
package final class DaemonReport: Sendable {
    // One write(2) of at most PIPE_BUF bytes arrives whole, pipe(7).
    static let limit = 4096

    private let pipe: OneTimeDescriptor

    fileprivate init(_ pipe: consuming Descriptor) {
        self.pipe = OneTimeDescriptor(pipe)
    }

    /// All is well: the starter ends with status 0, and standard error becomes /dev/null.
    package func started() {
        guard report([0]) else { return }
        // Without /dev/null it stays what it was, which is a pity but no reason to end.
        try? StandardStreams.silence([2])
    }

    /// It has failed: the starter prints `message` and ends with `status`.
    package func failed(_ message: String, status: Int32) {
        report([UInt8(truncatingIfNeeded: status)] + message.utf8.prefix(Self.limit - 1))
    }

    @discardableResult
    private func report(_ bytes: [UInt8]) -> Bool {
        guard let end = pipe.take() else { return false }
        _ = bytes.withUnsafeBytes { CDrover.write(end.raw, $0.baseAddress, $0.count) }
        return true
    }
}
