import CDrover

/// A name in a folder: the one door through which the server makes, opens, renames, gives away and removes files.
///
/// Root goes through it with care, as other users may be able to write to the folder. A `PathWalk` finds the folder once,
/// and every call is about the name in that folder, which is never followed. A process that is not root can do no more
/// than its user could, so the kernel follows links for it. docs/PATHS.md lists every path and what is done to it.
package struct FilePlace: ~Copyable, Sendable {
    /// The path as it was given, for messages.
    let path: String
    let folder: Descriptor
    let name: String
    /// Whether this process is root, and others may decide what the name means.
    let isExposed: Bool

    /// What a path leads to that may be a link.
    enum Target: ~Copyable {
        case place(FilePlace)
        case descriptor(Int32)
    }

    /// The place of the name `path` itself, be it a link.
    ///
    /// - Throws: `SystemError` when its folder is not there, or lies behind a link that others than root could have made.
    package init(_ path: String) throws(SystemError) {
        guard Self.isRoot else {
            self = try FilePlace(plainly: path)
            return
        }
        var walk = try PathWalk(path)
        guard case .name(let name) = try walk.walk(followingLast: false) else {
            throw SystemError("open", EISDIR, subject: path)
        }
        self = FilePlace(path, walk, name)
    }

    /// What `path` leads to.
    ///
    /// - Throws: `SystemError` as `init` does, and for a last link that others than root could have made.
    static func following(_ path: String) throws(SystemError) -> Target {
        guard isRoot else {
            let target = linkTarget(AT_FDCWD, path).flatMap(standingDescriptor)
            if let number = standingDescriptor(path) ?? target { return .descriptor(number) }
            return .place(try FilePlace(plainly: path))
        }
        var walk = try PathWalk(path)
        switch try walk.walk(followingLast: true) {
        case .descriptor(let number): return .descriptor(number)
        case .name(let name): return .place(FilePlace(path, walk, name))
        }
    }

    private init(_ path: String, _ walk: consuming PathWalk, _ name: String) {
        let isExposed = walk.isExposed
        self.init(walk.folder, name, path: path, isExposed: isExposed)
    }

    private init(_ folder: consuming Descriptor, _ name: String, path: String, isExposed: Bool) {
        self.path = path
        self.folder = folder
        self.name = name
        self.isExposed = isExposed
    }

    private init(plainly path: String) throws(SystemError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let parent = parts.dropLast().joined(separator: "/")
        let place = parts.count == 1 ? "." : parent.isEmpty ? "/" : parent
        self.path = path
        folder = Descriptor(owning: try systemCall("open", subject: path) { c_drover_open_folder(place) })
        name = parts.last.map(String.init) ?? ""
        isExposed = false
    }

    static var isRoot: Bool { geteuid() == 0 }

    /// A name in the same folder that no other process can foresee, for a file that is to take this one's place.
    borrowing func draft() throws(SystemError) -> FilePlace {
        let random = String(UInt64.random(in: 0 ... .max), radix: 36)
        return FilePlace(try folder.duplicate(), ".\(name).\(random).new", path: path, isExposed: isExposed)
    }

    /// The file that has the name, be it a link; nil when the name is free.
    ///
    /// It is looked at, not opened.
    package borrowing func look() throws(SystemError) -> FoundFile? {
        let raw = c_drover_look_at(folder.raw, name)
        if raw < 0, lastErrorNumber == ENOENT { return nil }
        guard raw >= 0 else { throw SystemError.last("open", subject: path) }
        return try FoundFile(Descriptor(owning: raw), path: path)
    }

    /// Removes the name; one that is gone already is fine.
    ///
    /// See unlinkat(2).
    package borrowing func remove() throws(SystemError) {
        let (folder, name) = (folder.raw, name)
        do {
            try systemCall("unlink", subject: path) { unlinkat(folder, name, 0) }
        } catch  where error.code == ENOENT {}
    }

    /// Gives the file the name `other`, and replaces the file of that name; renameat(2).
    package borrowing func rename(to other: borrowing FilePlace) throws(SystemError) {
        let (folder, name) = (folder.raw, name)
        let (otherFolder, otherName) = (other.folder.raw, other.name)
        try systemCall("rename", subject: other.path) { renameat(folder, name, otherFolder, otherName) }
    }

    /// Makes a folder that only this user may enter; mkdirat(2) with mode 0700.
    ///
    /// - Throws: `SystemError` EEXIST when the name is taken.
    borrowing func makeFolder() throws(SystemError) {
        let (folder, name) = (folder.raw, name)
        try systemCall("mkdir", subject: path) { mkdirat(folder, name, 0o700) }
    }
}
