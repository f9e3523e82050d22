import Glibc

/// Somebody who takes messages on a UDP port of the loopback.
public final class DatagramReceiver {
    /// Its port.
    public let port: UInt16
    private let socket: Int32

    /// Takes a free port.
    public init() throws {
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        socket = Glibc.socket(AF_INET, kind, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let number = socket
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, length) == 0 ? getsockname(number, $0, &length) : -1
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        if result != 0 { throw TCPClient.Failure(call: "bind", code: errno) }
    }

    deinit { Glibc.close(socket) }

    /// The next message; nil when none has come yet.
    public func next() -> String? { nextBytes().map { String(decoding: $0, as: UTF8.self) } }

    /// The bytes of the next message; nil when none has come yet.
    public func nextBytes() -> [UInt8]? {
        var block = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &block, block.count, 0)
        return count < 0 ? nil : Array(block[..<count])
    }
}
