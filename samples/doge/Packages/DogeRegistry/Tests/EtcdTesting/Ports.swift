import Glibc

import struct Synchronization.Atomic

/// A port that is free at the moment, and that no other test here is given.
///
/// It lies below those that the kernel gives to connections: a server that is started again on it finds it free.
public func freePort() -> Int {
    while true {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        let number = portsGiven.wrappingAdd(1, ordering: .relaxed).oldValue
        if let port = bound(socket, to: 10_000 + (firstPort + number) % 10_000) { return port }
    }
}

private let firstPort = Int.random(in: 0..<10_000)
private let portsGiven = Atomic<Int>(0)

/// Binds `socket` to a port of the loopback, 0 for any, and says to which; nil when another process has it.
public func bound(_ socket: Int32, to port: Int = 0) -> Int? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
        let isBound = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(socket, generic, length) == 0 && getsockname(socket, generic, &length) == 0
        }
        return isBound ? Int(UInt16(bigEndian: pointer.pointee.sin_port)) : nil
    }
}
