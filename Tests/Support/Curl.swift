import Glibc

/// curl(1) as a client that was written by others.
public enum Curl {
    /// Whether it is there.
    public static let isInstalled = access("/usr/bin/curl", X_OK) == 0

    /// What a run came to.
    public struct Outcome: Sendable {
        /// curl's exit code.
        public let status: Int32
        /// Its standard output and standard error.
        public let output: String
    }

    /// Runs curl with `arguments`, each of which is one word.
    public static func run(_ arguments: [String]) throws -> Outcome {
        let words = ["-sS", "-m", "20"] + arguments
        let quoted = words.map {
            "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        }
        guard let pipe = popen("exec /usr/bin/curl \(quoted.joined(separator: " ")) 2>&1", "re") else {
            throw TCPClient.Failure(call: "popen", code: errno)
        }
        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&block, 1, block.count, pipe), count > 0 { output += block[..<count] }
        return Outcome(status: pclose(pipe) >> 8 & 0xFF, output: String(decoding: output, as: UTF8.self))
    }
}
