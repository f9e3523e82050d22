import CDrover

/// Walks a path name by name, so that root is not led astray by names that other users choose.
///
/// A link is followed only if root alone could have put it there: the link and every folder on the way belong to root,
/// and others may write to none of those folders. `/var/run` and `/var/log` may be links; a link that a worker's user has
/// planted is refused. The kernel offers something like it for folders such as /tmp alone, protected_symlinks in proc(5).
struct PathWalk: ~Copyable {
    /// What lies at the end.
    enum End: Sendable {
        /// A name in the folder, whatever it means.
        case name(String)
        /// A descriptor that this process has, such as `/dev/stdout`.
        case descriptor(Int32)
    }

    // What the kernel allows too, path_resolution(7).
    private static let mostLinks = 40

    private let path: String
    /// The folder of the last name.
    var folder: Descriptor
    private var status: stat
    private var isWayExposed = false
    // In reverse: the next name is the last.
    private var pending: [String]
    private var linkCount = 0

    init(_ path: String) throws(SystemError) {
        // Locals first: a value that owns a descriptor cannot be left half made.
        let start = try Self.start(path)
        let status = try Self.status(start.raw)
        self.path = path
        self.status = status
        pending = Self.names(path)
        folder = start
    }

    /// Whether others than root may decide what a name in the folder means.
    var isExposed: Bool { isWayExposed || status.st_uid != 0 || status.st_mode & 0o022 != 0 }

    /// Walks to the folder of the last name, or, where that is a link, of the name that it leads to.
    mutating func walk(followingLast: Bool) throws(SystemError) -> End {
        if followingLast, let number = standingDescriptor(path) { return .descriptor(number) }
        // Such a path means a folder, whatever there is.
        if path.hasSuffix("/") { throw SystemError("open", EISDIR, subject: path) }
        while let name = pending.popLast() {
            let isLast = pending.isEmpty
            if isLast, !followingLast { return .name(name) }
            let raw = c_drover_look_at(folder.raw, name)
            if raw < 0, isLast, lastErrorNumber == ENOENT { return .name(name) }
            guard raw >= 0 else { throw SystemError.last("open", subject: path) }
            let found = Descriptor(owning: raw)
            var meant = try Self.status(raw)
            if c_drover_is_link(&meant) {
                if let number = try follow(found, meant, name, followingLast) { return .descriptor(number) }
            } else if isLast {
                return .name(name)
            } else {
                guard c_drover_is_folder(&meant) else { throw SystemError("open", ENOTDIR, subject: path) }
                enter(found, meant)
            }
        }
        throw SystemError("open", EISDIR, subject: path)
    }

    private mutating func enter(_ next: consuming Descriptor, _ meant: stat) {
        // In a sticky folder such as /tmp every user makes names, but none of them moves another user's.
        let isSticky = status.st_mode & mode_t(S_ISVTX) != 0
        let isSafe = status.st_uid == 0 && (status.st_mode & 0o022 == 0 || isSticky && meant.st_uid == 0)
        if !isSafe { isWayExposed = true }
        folder = next
        status = meant
    }

    private mutating func follow(
        _ link: borrowing Descriptor, _ meant: stat, _ name: String, _ followingLast: Bool
    ) throws(SystemError) -> Int32? {
        guard !isExposed, meant.st_uid == 0 else {
            throw SystemError(
                "open", ELOOP, subject: path,
                explanation: "'\(name)' is a link that others than root could have made, which root does not follow; "
                    + "name what it leads to, or let its folder and the link belong to root alone")
        }
        linkCount += 1
        guard linkCount <= Self.mostLinks, let target = linkTarget(link.raw, "") else {
            throw SystemError("open", ELOOP, subject: path)
        }
        let rest = ([target] + pending.reversed()).joined(separator: "/")
        if followingLast, let number = standingDescriptor(rest) { return number }
        pending += Self.names(target)
        if target.hasPrefix("/") {
            let start = try Self.start(target)
            status = try Self.status(start.raw)
            folder = start
        }
        return nil
    }

    private static func names(_ path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.map(String.init).reversed()
    }

    private static func start(_ path: String) throws(SystemError) -> Descriptor {
        let name = path.hasPrefix("/") ? "/" : "."
        return Descriptor(owning: try systemCall("open", subject: path) { c_drover_open_folder(name) })
    }

    private static func status(_ raw: Int32) throws(SystemError) -> stat {
        var status = stat()
        try systemCall("fstat") { fstat(raw, &status) }
        return status
    }
}

/// The descriptor that `path` stands for: opened by name it would be another one, if it could be opened at all.
func standingDescriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default:
        for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count))
        }
        return nil
    }
}

/// Where the link `path` leads, seen from `folder`; an empty path is the link that `folder` is itself.
///
/// See readlinkat(2).
func linkTarget(_ folder: Int32, _ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { readlinkat(folder, path, $0.baseAddress!, $0.count) }
    return count > 0 && count < buffer.count ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
}
