public import DogeConfiguration
import DroverTesting
import Glibc

/// An etcd of the test's own, with one member.
public final class Etcd: @unchecked Sendable {
    /// Whether there is one to start.
    public static let isInstalled = access("/usr/bin/etcd", X_OK) == 0

    /// In memory, where there is room for it: several at a time would wait for the disk.
    private static let place: String = {
        var facts = statvfs()
        let isThere = statvfs("/dev/shm", &facts) == 0
        return isThere && Int(facts.f_bavail) * Int(facts.f_frsize) > 4 << 30 ? "/dev/shm" : "/tmp"
    }()

    /// Where clients reach it.
    public let address: HostPort
    private let peer = freePort()
    private let folder = TemporaryDirectory(in: place)
    private var process: TestProgram?

    /// Starts it and waits until it answers.
    public init() async throws {
        address = HostPort(host: "127.0.0.1", port: freePort())
        try await start()
    }

    /// Starts it again with what it remembers, and waits until it answers.
    public func start() async throws {
        let client = "http://\(address)"
        let peer = "http://127.0.0.1:\(peer)"
        process = TestProgram(
            "/usr/bin/etcd",
            [
                "--name", "one", "--data-dir", "\(folder.path)/data", "--listen-client-urls", client,
                "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", "one=\(peer)", "--log-level", "error",
            ], in: folder)
        let probe = EtcdProbe(address)
        guard await eventually(within: 40, { try await probe.answers() }) else {
            throw Silent(log: folder.read("stderr"))
        }
    }

    /// Ends it at once, as a crash would.
    public func stop() async {
        process?.signal(SIGKILL)
        _ = await eventually { process?.exitStatus != nil }
        process = nil
    }

    /// Forgets everything, while it is stopped.
    public func forget() {
        folder.remove("data")
    }

    struct Silent: Error, CustomStringConvertible {
        let log: String

        var description: String { "etcd does not answer:\n\(log)" }
    }
}
