import CDrover

/// A process that listens somewhere, as far as the kernel lets us see it.
package struct SocketOwner: Equatable, Sendable, CustomStringConvertible {
    /// The process.
    package let pid: Int32
    /// What the kernel calls it, /proc/PID/comm.
    package let name: String
    /// The socket's number in that process.
    package let descriptor: Int32

    /// `nginx (pid 42)`.
    package var description: String { "\(name) (pid \(pid))" }

    /// The process that listens at `address` or at one that overlaps with it; nil when none can be seen.
    ///
    /// Of several with the same socket it is this process, or else the one that /proc names first. Matches sockets'
    /// inodes in /proc/net/tcp and tcp6 with the descriptors under /proc/PID/fd, proc(5).
    package static func listening(at address: SocketAddress) -> SocketOwner? {
        let targets = Set(inodes(at: address).map { "socket:[\($0)]" })
        guard !targets.isEmpty else { return nil }
        for process in ["\(currentProcess)"] + entries(of: "/proc") {
            guard let pid = Int32(process) else { continue }
            for descriptor in entries(of: "/proc/\(process)/fd") {
                guard let number = Int32(descriptor),
                    let target = linkTarget(AT_FDCWD, "/proc/\(process)/fd/\(descriptor)"), targets.contains(target)
                else {
                    continue
                }
                let name = (try? readSmallFile("/proc/\(process)/comm")) ?? "?"
                return SocketOwner(pid: pid, name: String(name.split(separator: "\n").first ?? "?"), descriptor: number)
            }
        }
        return nil
    }

    private static func inodes(at address: SocketAddress) -> [Substring] {
        var found: [Substring] = []
        var bothFamilies: [Substring] = []
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            // A line for each connection of the machine, those that linger in TIME_WAIT too.
            guard let text = try? readSmallFile(table, limit: 64 << 20) else { continue }
            for line in text.split(separator: "\n").dropFirst() {
                let columns = line.split(separator: " ")
                // local_address, state 0A = LISTEN, inode
                guard columns.count > 9, columns[3] == "0A", let local = SocketAddress(table: columns[1]) else {
                    continue
                }
                if local == address || local.overlaps(address) {
                    found.append(columns[9])
                } else if local.isWildcard, local.port == address.port {
                    bothFamilies.append(columns[9])
                }
            }
        }
        // Whether an IPv6 socket takes IPv4 too, the tables do not say.
        return found.isEmpty ? bothFamilies : found
    }
}

extension SocketAddress {
    /// Reads `0100007F:1F40`: words of 32 bits as this machine reads them from memory, then the port.
    fileprivate init?(table text: Substring) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
        var digits = parts[0]
        var words: [UInt64] = []
        while let word = UInt32(digits.prefix(8), radix: 16) {
            words.append(UInt64(UInt32(bigEndian: word)))
            digits = digits.dropFirst(8)
        }
        switch words.count {
        case 1: self = .ipv4(UInt32(words[0]), port: port)
        case 4: self = .ipv6(high: words[0] << 32 | words[1], low: words[2] << 32 | words[3], port: port, scope: 0)
        default: return nil
        }
    }
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
