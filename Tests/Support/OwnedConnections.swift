public import Glibc

/// Which connections of a server's port a process has accepted, by the clients' ports, proc_pid_net(5).
///
/// What waits in an accept queue belongs to no process yet. Exact for a process that is stopped or stuck.
public enum OwnedConnections {
    /// The ports of the clients whose connections to `port` the process `pid` holds.
    public static func clientPorts(of pid: pid_t, on port: UInt16) -> Set<UInt16> {
        let sockets = Set(descriptors(of: pid).compactMap(socketNumber))
        var ports: Set<UInt16> = []
        // The table is not read at one moment: lines that come and go can hide a neighbour once.
        for _ in 0..<2 { forEachConnection(on: port) { if sockets.contains($1) { ports.insert($0) } } }
        // A listener's own line has no client.
        ports.remove(0)
        return ports
    }

    /// Stops the process, waits until each of its threads stands still, and says whose connections it holds.
    public static func clientPorts(ofStopped pid: pid_t, on port: UInt16) -> Set<UInt16> {
        kill(pid, SIGSTOP)
        eventually(within: 5) { states(of: pid).allSatisfy { $0 == "T" } }
        return clientPorts(of: pid, on: port)
    }

    private static func states(of pid: pid_t) -> [Substring] {
        TemporaryDirectory.entries(of: "/proc/\(pid)/task").compactMap { thread in
            let text = TemporaryDirectory.content(of: "/proc/\(pid)/task/\(thread)/stat") ?? ""
            return text.split(separator: ")").last?.split(separator: " ").first
        }
    }

    /// What the open descriptors of a process are, as links say it.
    public static func descriptors(of pid: pid_t) -> [String] {
        TemporaryDirectory.entries(of: "/proc/\(pid)/fd").compactMap { number in
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = buffer.withUnsafeMutableBytes {
                readlink("/proc/\(pid)/fd/\(number)", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
            }
            return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
        }
    }

    private static func socketNumber(_ link: String) -> UInt? {
        guard link.hasPrefix("socket:["), link.hasSuffix("]") else { return nil }
        return UInt(link.dropFirst("socket:[".count).dropLast())
    }

    private static func forEachConnection(on port: UInt16, _ body: (_ clientPort: UInt16, _ socket: UInt) -> Void) {
        guard let file = fopen("/proc/self/net/tcp", "re") else { return }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var size = 0
        defer { free(line) }
        while getline(&line, &size, file) > 0 {
            // "  12: 0100007F:1F90 0100007F:C350 01 queues timer retransmits user timeout socket …", mostly in hex.
            guard let start = line, var place = strchr(start, Int32(UInt8(ascii: ":"))) else { continue }
            func field(_ base: Int32) -> UInt {
                var end: UnsafeMutablePointer<CChar>?
                defer { if let end { place = end } }
                return strtoul(place + 1, &end, base)
            }
            _ = field(16)
            guard field(16) == port else { continue }
            _ = field(16)
            let clientPort = UInt16(truncatingIfNeeded: field(16))
            // State, two queues, two timer fields, retransmits; then user, timeout and socket in decimal.
            for _ in 0..<6 { _ = field(16) }
            for _ in 0..<2 { _ = field(10) }
            body(clientPort, field(10))
        }
    }
}
