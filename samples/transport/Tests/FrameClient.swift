import Glibc

@testable import Frames

/// A client of its own, on a blocking socket with a bound on every wait.
final class FrameClient {
    private let socket: Int32
    private var reader = FrameReader(limit: 1 << 20)

    struct Failure: Error {
        let what: String
    }

    /// Connects to a port of the loopback; with `greets` it says hello and waits for the server's.
    init(port: UInt16, greets: Bool = true) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 { throw Failure(what: "connect") }
        guard greets else { return }
        try sendRaw(Frame.hello)
        while reader.takeHello() != true {
            if try !receiveRaw() { throw Failure(what: "no hello") }
        }
    }

    deinit { close(socket) }

    /// Sends `bytes` as they are.
    func sendRaw(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { throw Failure(what: "send") }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends `text` in frames of up to `size` bytes.
    func send(_ text: String, size: Int = 65_536) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let part = rest.prefix(size)
            try sendRaw(Frame(part.count) { $0 += part }.bytes)
            rest = rest.dropFirst(size)
        }
    }

    func sayFarewell() throws { try sendRaw(Frame.farewell) }

    /// Receives what comes; false at the end of the stream.
    private func receiveRaw() throws -> Bool {
        var block = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &block, block.count, 0)
        if count < 0 { throw Failure(what: "recv: \(String(cString: strerror(errno)))") }
        reader.makeRoom()
        reader.input += block.prefix(count)
        return count > 0
    }

    /// Everything as it is until the server ends.
    func receiveAllRaw() throws -> String {
        while try receiveRaw() {}
        return String(decoding: reader.input, as: UTF8.self)
    }

    /// What the frames bring until `isEnough` holds for it, and whether the server has said farewell.
    func receive(until isEnough: (String) -> Bool = { _ in false }) throws -> (text: String, farewell: Bool) {
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if isEnough(text) { return (text, false) }
            switch try reader.next() {
            case .payload: bytes += reader.take()
            case .farewell: return (text, true)
            case .incomplete: if try !receiveRaw() { return (text, false) }
            }
        }
    }
}

extension FrameReader {
    /// Takes what is ready, as a whole.
    fileprivate mutating func take() -> [UInt8] {
        let count = readyCount
        return [UInt8](unsafeUninitializedCapacity: count) { memory, filled in
            let room = UnsafeMutableRawBufferPointer(memory)
            var span = OutputRawSpan(buffer: room, initializedCount: 0)
            move(into: &span)
            filled = span.finalize(for: room)
        }
    }
}
