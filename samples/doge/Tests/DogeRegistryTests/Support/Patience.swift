import Glibc

/// Whether `condition` holds at some moment of the next `seconds`.
func eventually(within seconds: Double = 15, _ condition: () async throws -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if (try? await condition()) == true { return true }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return false
}

/// Whether `condition` holds at every look during `duration`.
func always(for duration: Duration, _ condition: () async throws -> Bool) async -> Bool {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end {
        if (try? await condition()) != true { return false }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return true
}

/// A port that nobody listens on at the moment.
func freePort() -> Int {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    return bound(socket)
}

/// Binds `socket` to some port of the loopback, and says to which.
func bound(_ socket: Int32) -> Int {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            precondition(bind(socket, generic, length) == 0, "the loopback has no free port")
            getsockname(socket, generic, &length)
        }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
}
