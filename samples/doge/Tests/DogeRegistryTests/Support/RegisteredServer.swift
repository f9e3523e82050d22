import DogeConfiguration
import DogeRegistry
import Glibc

/// The server `doge`, with its entry in a registry.
final class RegisteredServer: Sendable {
    let folder = Folder()
    private let process: ChildProcess

    private static let products: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer[..<max(count, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
    }()

    /// Starts it with two workers on some port, as the node `one` of the service `test`.
    convenience init(_ etcd: HostPort) {
        self.init(registry: "{ address: \"\(etcd)\", service: test, node: one, ttl: 3 }")
    }

    /// Starts it with this section, and doge's own file in its folder.
    init(registry: String, file: String = "") {
        folder.write(file, to: "doge.yaml")
        folder.write(
            """
            bind: 127.0.0.1:0
            workers: 2
            graceful_timeout: 5
            control_socket: "off"
            pidfile: doge.pid
            registry: \(registry)
            """, to: "drover.yaml")
        process = ChildProcess(
            ["\(Self.products)/doge", "--config", "drover.yaml"], log: "\(folder.path)/log", in: folder.path)
    }

    var pid: pid_t { process.pid }
    var log: String { folder.read("log") }

    func lines(_ text: String) -> [String] {
        log.split(separator: "\n").map(String.init).filter { $0.contains(text) }
    }

    func signal(_ number: Int32) {
        process.signal(number)
    }

    func end() async -> Int32? { await process.end() }

    /// The value of `key` in the last line with `text`.
    func value(_ key: String, inLast text: String) -> String? {
        lines(text).last?.split(separator: " ").first { $0.hasPrefix("\(key)=") }
            .map { String($0.dropFirst(key.count + 1)) }
    }

    func pid(inLast text: String) -> pid_t? { value("pid", inLast: text).flatMap { pid_t($0) } }

    /// The arbiter's threads, by name; a companion's are its own.
    var threads: Int { Folder.content("/proc/\(pid)/status").split(separator: "\n").compactMap(Self.count).first ?? 0 }

    private static func count(_ line: Substring) -> Int? {
        line.hasPrefix("Threads:") ? line.split(separator: "\t").last.flatMap { Int($0) } : nil
    }
}

extension EtcdClient {
    /// Where the node `one` of the service `test` is, if it is entered.
    func entry() async throws -> String? { try await get("/doge/rpc/test/one").entries.first?.value }
}
