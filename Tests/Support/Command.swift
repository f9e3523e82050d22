import Glibc

/// A program of the system's, run to its end.
public enum Command {
    /// What a run came to.
    public struct Outcome: Sendable {
        /// Its exit code.
        public let status: Int32
        /// Its standard output and standard error.
        public let output: String
    }

    /// Runs `words`, the first of which is the program, for at most `seconds`.
    public static func run(_ words: [String], input: String = "", within seconds: Int = 30) throws -> Outcome {
        let directory = TemporaryDirectory()
        directory.write("input", input)
        let quoted = (["timeout", "\(seconds)"] + words).map {
            "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        }
        let line = "exec \(quoted.joined(separator: " ")) 2>&1 <'\(directory.path)/input'"
        guard let pipe = popen(line, "re") else { throw TCPClient.Failure(call: "popen", code: errno) }
        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&block, 1, block.count, pipe), count > 0 { output += block[..<count] }
        return Outcome(status: pclose(pipe) >> 8 & 0xFF, output: String(decoding: output, as: UTF8.self))
    }
}
