import Glibc

/// A blocking client with a bound on every wait.
public final class TCPClient {
    private var socket: Int32

    /// What a call of the kernel's said.
    public struct Failure: Error, CustomStringConvertible {
        /// The call.
        public let call: String
        /// errno(3).
        public let code: Int32

        /// The call and strerror(3)'s words.
        public var description: String { "\(call): \(String(cString: strerror(code)))" }
    }

    /// Connects to a port of the loopback.
    public init(port: UInt16, receiveBuffer: Int32? = nil, timeout seconds: Int = 20) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw Failure(call: "socket", code: errno) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        if var receiveBuffer {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 {
            let code = errno
            close()
            throw Failure(call: "connect", code: code)
        }
    }

    /// Takes the next client of `listener`, whose other end this is then.
    public init(accepting listener: TCPListener, timeout seconds: Int = 20) throws {
        socket = accept(listener.descriptor, nil, nil)
        guard socket >= 0 else { throw Failure(call: "accept", code: errno) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close() }

    /// Closes it.
    public func close() {
        if socket >= 0 { Glibc.close(socket) }
        socket = -1
    }

    /// Closes it as a client does that has crashed: with a reset.
    public func reset() {
        var option = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<Glibc.linger>.size))
        close()
    }

    /// Ends the sending direction.
    public func endSending() {
        shutdown(socket, Int32(SHUT_WR))
    }

    /// Sends all of `text`.
    public func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    /// Sends all of `bytes`.
    public func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(call: "send", code: errno) }
            sent += count
        }
    }

    /// What comes next, at most 64 KiB; empty at the end of the stream.
    public func receive() throws -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &block, block.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(call: "recv", code: errno) }
            return Array(block[..<count])
        }
    }

    /// Whether something comes within `milliseconds`, the end included.
    public func isReadable(within milliseconds: Int32) -> Bool {
        var interest = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&interest, 1, milliseconds) > 0
    }

    /// Everything until the peer ends.
    public func receiveAll() throws -> String {
        var bytes: [UInt8] = []
        while case let more = try receive(), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Everything until `condition` holds for it, or the peer ends.
    public func receive(until condition: (String) -> Bool) throws -> String {
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if condition(text) { return text }
            let more = try receive()
            if more.isEmpty { return text }
            bytes += more
        }
    }
}
