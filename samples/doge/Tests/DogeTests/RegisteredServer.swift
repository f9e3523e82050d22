import DogeConfiguration
import DogeRegistry
import DroverTesting
import EtcdTesting

/// The server `doge`, with its entry in a registry.
final class RegisteredServer: Sendable {
    let folder = TemporaryDirectory()
    private let process: TestProgram

    /// Starts it with two workers on some port, as the node `one` of the service `test`.
    convenience init(_ etcd: HostPort) {
        self.init(registry: "{ address: \"\(etcd)\", service: test, node: one, ttl: 3 }")
    }

    /// Starts it with this section, and doge's own file in its folder.
    init(registry: String, file: String = "") {
        folder.write("doge.yaml", file)
        folder.write(
            "drover.yaml",
            """
            bind: 127.0.0.1:0
            workers: 2
            graceful_timeout: 5
            control_socket: "off"
            pidfile: doge.pid
            registry: \(registry)
            """)
        process = TestProgram("\(TestProgram.products)/doge", ["--config", "drover.yaml"], in: folder)
    }

    var pid: Int32 { process.pid }
    var log: String { process.log }

    func lines(_ text: String) -> [String] {
        log.split(separator: "\n").map(String.init).filter { $0.contains(text) }
    }

    func signal(_ number: Int32) {
        process.signal(number)
    }

    /// The exit code, or minus the signal that ended the server; nil when it goes on.
    func end() async -> Int32? {
        _ = await eventually { process.exitStatus != nil }
        return process.exitStatus
    }

    /// The value of `key` in the last line with `text`.
    func value(_ key: String, inLast text: String) -> String? {
        lines(text).last?.split(separator: " ").first { $0.hasPrefix("\(key)=") }
            .map { String($0.dropFirst(key.count + 1)) }
    }

    func pid(inLast text: String) -> Int32? { value("pid", inLast: text).flatMap { Int32($0) } }

    /// The arbiter's threads, by name; a companion's are its own.
    var threads: Int {
        let status = TemporaryDirectory.content(of: "/proc/\(pid)/status") ?? ""
        return status.split(separator: "\n").compactMap(Self.count).first ?? 0
    }

    private static func count(_ line: Substring) -> Int? {
        line.hasPrefix("Threads:") ? line.split(separator: "\t").last.flatMap { Int($0) } : nil
    }
}
