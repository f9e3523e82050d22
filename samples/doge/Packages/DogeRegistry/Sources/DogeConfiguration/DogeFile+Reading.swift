internal import Glibc

extension DogeFile {
    /// Reads the file at `path`.
    ///
    /// - Throws: Every mistake at once; a file that cannot be read is one.
    public static func read(path: String) throws(ConfigurationIssues) -> DogeFile {
        guard let stream = fopen(path, "re") else {
            throw refused(path, String(cString: strerror(errno)))
        }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            if count == 0 { break }
            bytes += chunk[..<count]
            if bytes.count > mostBytes { throw refused(path, "it is larger than \(mostBytes) bytes") }
        }
        if ferror(stream) != 0 { throw refused(path, "it is a folder, or the disk fails") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw refused(path, "it is not UTF-8") }
        return try DogeFile(yaml: text, file: path)
    }

    private static let mostBytes = 1 << 20

    private static func refused(_ path: String, _ reason: String) -> ConfigurationIssues {
        ConfigurationIssues([ConfigurationIssue(file: path, line: 1, column: 1, "cannot be read: \(reason)")])
    }
}
