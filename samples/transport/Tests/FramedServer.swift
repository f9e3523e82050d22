import Foundation
import Testing

/// The built server as a process, on free ports, with a log to look at.
final class FramedServer {
    private let process = Process()
    private let folder: URL
    private var log: URL { folder.appendingPathComponent("log") }

    /// Starts it with a listener on a free port for each of `protocols`, and `settings` at the file's end.
    init(_ protocols: [String], settings: String = "") throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("framed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let listeners = protocols.map { "  - { bind: \"127.0.0.1:0\", transport: frames, protocol: \($0) }\n" }.joined()
        try "loglevel: debug\nlisteners:\n\(listeners)\(settings)".write(
            to: folder.appendingPathComponent("drover.yaml"), atomically: true, encoding: .utf8)
        try Data().write(to: log)
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("framed")
        process.arguments = ["--workers", "1", "--control-socket", "off"]
        process.currentDirectoryURL = folder
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        try waitForLine("event=worker_ready")
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The lines of its log that contain `text`.
    func lines(_ text: String) -> [String] {
        let log = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return log.split(separator: "\n").map(String.init).filter { $0.contains(text) }
    }

    /// Waits until a line of its log contains `text`.
    func waitForLine(_ text: String) throws {
        for _ in 0..<2_000 where lines(text).isEmpty { usleep(10_000) }
        try #require(!lines(text).isEmpty, "no line with '\(text)'")
    }

    /// The port of the listener for a protocol.
    func port(_ name: String) throws -> UInt16 {
        let line = try #require(lines("event=listening").first { $0.contains("protocol=\(name) ") })
        let address = try #require(line.split(separator: " ").first { $0.hasPrefix("address=") })
        return try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
    }
}
