import Glibc

/// A folder of a test's own with folders in it, removed with everything at the end.
public final class FileTree: Sendable {
    /// Where it is.
    public let path: String

    /// Makes one under /tmp with `files`, whose names may have folders in them.
    public init(_ files: [String: String] = [:]) {
        var template = Array("/tmp/drover-tree-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }
        precondition(made != nil, "cannot make a temporary directory")
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        for (name, text) in files { write(name, text) }
    }

    deinit { Self.remove(path) }

    /// Writes a file, and makes the folders that it lies in.
    public func write(_ name: String, _ text: String) {
        write(name, Array(text.utf8))
    }

    /// Writes a file, and makes the folders that it lies in.
    public func write(_ name: String, _ bytes: [UInt8]) {
        makeFolders(name)
        let file = fopen("\(path)/\(name)", "w")
        precondition(file != nil, "cannot write \(name)")
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    /// Makes a folder.
    public func makeFolder(_ name: String) {
        makeFolders("\(name)/")
    }

    /// Makes a symbolic link called `name` that says `target`.
    public func link(_ name: String, to target: String) {
        makeFolders(name)
        precondition(symlink(target, "\(path)/\(name)") == 0, "cannot link \(name)")
    }

    /// Sets when a file was changed, in seconds since 1970.
    public func setTime(_ name: String, _ seconds: Int) {
        let time = timespec(tv_sec: seconds, tv_nsec: 0)
        precondition(utimensat(AT_FDCWD, "\(path)/\(name)", [time, time], 0) == 0, "cannot set the time of \(name)")
    }

    /// Renames one of its files.
    public func rename(_ name: String, to other: String) {
        precondition(Glibc.rename("\(path)/\(name)", "\(path)/\(other)") == 0, "cannot rename \(name)")
    }

    /// Removes one of its files.
    public func remove(_ name: String) {
        unlink("\(path)/\(name)")
    }

    private func makeFolders(_ name: String) {
        var folder = path
        for part in name.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o755)
        }
    }

    private static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        chmod(path, 0o700)
        for name in TemporaryDirectory.entries(of: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}
