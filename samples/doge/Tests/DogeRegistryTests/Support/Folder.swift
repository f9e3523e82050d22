import FoundationEssentials
import Glibc

/// A folder that goes with its last user.
final class Folder: Sendable {
    let path: String

    init(in parent: String = "/tmp") {
        var name = Array("\(parent)/doge-test.XXXXXX".utf8CString)
        guard let made = mkdtemp(&name) else { preconditionFailure("no folder in \(parent)") }
        path = String(cString: made)
    }

    func write(_ text: String, to name: String) {
        guard let file = fopen("\(path)/\(name)", "we") else { preconditionFailure("cannot write \(name)") }
        fputs(text, file)
        fclose(file)
    }

    func read(_ name: String) -> String { Self.content("\(path)/\(name)") }

    func remove(_ name: String) { Self.remove("\(path)/\(name)") }

    deinit { Self.remove(path) }

    /// What a file holds; nothing when there is none.
    static func content(_ path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }
}
