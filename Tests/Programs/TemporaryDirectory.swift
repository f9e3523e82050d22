import Glibc

/// A folder of a test's own, removed with everything in it at the end.
public final class TemporaryDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// Makes one in `parent`.
    public init(in parent: String = "/tmp") {
        var template = Array("\(parent)/drover-test-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }
        precondition(made != nil, "cannot make a temporary directory in \(parent)")
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        Self.remove(path)
    }

    private static func remove(_ folder: String) {
        for name in entries(of: folder) where unlink("\(folder)/\(name)") != 0 { remove("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// Removes one of its files, or one of its folders with everything in it.
    public func remove(_ name: String) {
        let place = "\(path)/\(name)"
        if unlink(place) != 0 { Self.remove(place) }
    }

    /// Writes a file into it and returns the path.
    @discardableResult
    public func write(_ name: String, _ text: String) -> String {
        let file = fopen("\(path)/\(name)", "w")
        fputs(text, file)
        fclose(file)
        return "\(path)/\(name)"
    }

    /// The content of one of its files; empty if there is none.
    public func read(_ name: String) -> String {
        TemporaryDirectory.content(of: "\(path)/\(name)") ?? ""
    }

    /// The content of any file.
    public static func content(of path: String) -> String? {
        bytes(of: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of any file.
    public static func bytes(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { return bytes }
            bytes += block[..<count]
        }
    }

    /// The names in a folder, but for the two that every folder has.
    public static func entries(of path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
