import CDrover

/// The process that listens on a TCP port of this machine, as `nginx (pid 42)`, where the kernel lets us see it.
///
/// Matches the socket's inode in /proc/net/tcp and tcp6 with the descriptors under /proc/PID/fd, proc(5).
package func ownerOfListener(port: UInt16) -> String? {
    guard let inode = listeningInode(port: port) else { return nil }
    let target = "socket:[\(inode)]"
    for process in entries(of: "/proc") where process.allSatisfy({ $0.isNumber }) {
        for descriptor in entries(of: "/proc/\(process)/fd") {
            if linkTarget("/proc/\(process)/fd/\(descriptor)") == target {
                let name = (try? readSmallFile("/proc/\(process)/comm")) ?? "?"
                return "\(name.split(separator: "\n").first ?? "?") (pid \(process))"
            }
        }
    }
    return nil
}

private func listeningInode(port: UInt16) -> String? {
    let suffix =
        ":" + String(repeating: "0", count: 4 - String(port, radix: 16).count)
        + String(port, radix: 16, uppercase: true)
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        // A line for each connection of the machine, those that linger in TIME_WAIT too.
        guard let text = try? readSmallFile(table, limit: 64 << 20) else { continue }
        for line in text.split(separator: "\n").dropFirst() {
            let columns = line.split(separator: " ")
            // local_address, state 0A = LISTEN, inode
            if columns.count > 9, columns[3] == "0A", columns[1].hasSuffix(suffix) { return String(columns[9]) }
        }
    }
    return nil
}

private func entries(of path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        names.append(
            withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0.first != "." }
}

private func linkTarget(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = buffer.withUnsafeMutableBytes { readlink(path, $0.baseAddress!, $0.count) }
    return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
}
