/// A part of a hierarchy of control groups that is mounted somewhere: a line of /proc/self/mountinfo, proc(5).
struct CgroupMount: Equatable {
    /// The hierarchies that can limit CPU time.
    enum Hierarchy: Equatable {
        /// Version 2, which has one hierarchy for every controller.
        case unified
        /// A hierarchy of version 1 with the controller cpu, alone or together with others.
        case cpuController
    }

    let hierarchy: Hierarchy
    /// The group that is mounted; in a container that may be its own.
    let root: String
    /// Where it is mounted.
    let point: String

    /// All that `mountinfo` lists.
    static func list(_ mountinfo: String) -> [CgroupMount] {
        mountinfo.split(separator: "\n").compactMap { CgroupMount(line: $0) }
    }

    private init?(line: Substring) {
        // Type, source and the file system's options stand behind a hyphen, as the number of optional fields before it
        // varies.
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count > 6, let mark = fields[6...].firstIndex(of: "-"), fields.count > mark + 3 else { return nil }
        switch fields[mark + 1] {
        case "cgroup2": hierarchy = .unified
        case "cgroup" where fields[mark + 3].split(separator: ",").contains("cpu"): hierarchy = .cpuController
        default: return nil
        }
        root = Self.unescaped(fields[3])
        point = Self.unescaped(fields[4])
    }

    /// The folders of the group at `path` and of all groups above it, as far as `mounts` show them.
    static func folders(of path: String, on mounts: [CgroupMount]) -> [String] {
        let shown = mounts.flatMap { $0.folders(of: path) }
        // Where a container sees a path that lies below no mount, the mounted group is the one that limits it.
        return shown.isEmpty ? mounts.prefix(1).map(\.point) : shown
    }

    /// None when the group at `path` is not below the mounted one.
    private func folders(of path: String) -> [String] {
        let above = root == "/" ? "" : root
        guard path == root || path.hasPrefix(above + "/") else { return [] }
        let names = path.dropFirst(above.count).split(separator: "/")
        // A namespace shows a group outside of it with `..`, which is no folder's name.
        guard !names.contains("..") else { return [] }
        return (0...names.count).map { ([point] + names.prefix($0).map(String.init)).joined(separator: "/") }
    }

    /// A blank in a name is written as \040.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
