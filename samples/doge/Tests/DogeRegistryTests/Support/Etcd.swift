import DogeConfiguration
import Glibc

/// An etcd of the test's own, with one member.
final class Etcd: @unchecked Sendable {
    static let isInstalled = access("/usr/bin/etcd", X_OK) == 0

    /// In memory, where there is room for it: several at a time would wait for the disk.
    private static let place: String = {
        var facts = statvfs()
        let isThere = statvfs("/dev/shm", &facts) == 0
        return isThere && Int(facts.f_bavail) * Int(facts.f_frsize) > 4 << 30 ? "/dev/shm" : "/tmp"
    }()

    let address: HostPort
    private let peer = freePort()
    private let folder = Folder(in: place)
    private var process: ChildProcess?

    /// Starts it and waits until it answers.
    init() async throws {
        address = HostPort(host: "127.0.0.1", port: freePort())
        try await start()
    }

    func start() async throws {
        let client = "http://\(address)"
        let peer = "http://127.0.0.1:\(peer)"
        process = ChildProcess(
            [
                "/usr/bin/etcd", "--name", "one", "--data-dir", "\(folder.path)/data", "--listen-client-urls", client,
                "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", "one=\(peer)", "--log-level", "error",
            ], log: "\(folder.path)/log", in: folder.path)
        let probe = EtcdProbe(address)
        guard await eventually(within: 40, { try await probe.answers() }) else { throw Silent(log: folder.read("log")) }
    }

    /// Ends it at once, as a crash would.
    func stop() async {
        process?.signal(SIGKILL)
        _ = await process?.end()
        process = nil
    }

    /// Forgets everything, while it is stopped.
    func forget() {
        folder.remove("data")
    }

    struct Silent: Error, CustomStringConvertible {
        let log: String

        var description: String { "etcd does not answer:\n\(log)" }
    }
}
