import CDrover

/// Where systemd, or what speaks its protocol, wants to hear how the service is: NOTIFY_SOCKET, sd_notify(3).
package final class NotifySocket: Sendable {
    private let address: SocketAddress
    private let socket: Descriptor

    /// The socket that `environment` names, by path or with @ in the abstract namespace; nil when it names none.
    ///
    /// - Throws: `SystemError` when no socket can be made.
    package static func named(in environment: [String: String]) throws(SystemError) -> NotifySocket? {
        guard let name = environment["NOTIFY_SOCKET"] else { return nil }
        if name.hasPrefix("/") { return try NotifySocket(to: .unix(name)) }
        if name.hasPrefix("@"), name.utf8.count > 1 { return try NotifySocket(to: .abstract(String(name.dropFirst()))) }
        return nil
    }

    private init(to address: SocketAddress) throws(SystemError) {
        self.address = address
        socket = Descriptor(
            owning: try systemCall("socket", subject: "NOTIFY_SOCKET") {
                CDrover.socket(AF_UNIX, c_drover_datagram_flags(), 0)
            })
    }

    /// Sends `messages` as one datagram, and never waits: what the manager has no room for is lost.
    ///
    /// - Returns: What went wrong, for a log line; a service does not end because its manager cannot be reached.
    @discardableResult
    package func send(_ messages: [ServiceMessage]) -> SystemError? {
        let bytes = Array(messages.map(\.text).joined(separator: "\n").utf8)
        let raw = socket.raw
        do throws(SystemError) {
            // Addressed each time: the manager may have made its socket anew.
            try address.withKernelForm { (pointer, length) throws(SystemError) in
                _ = try systemCall("sendto", subject: "NOTIFY_SOCKET \(address)") {
                    bytes.withUnsafeBytes { c_drover_send_to(raw, $0.baseAddress, $0.count, pointer, length) }
                }
            }
            return nil
        } catch {
            return error
        }
    }
}
