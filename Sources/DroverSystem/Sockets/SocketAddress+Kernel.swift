import CDrover

// Between the compact value and the kernel's sockaddr structures.

extension SocketAddress {
    /// Reads the address that a system call stored; `length` is what the call said, which for a unix socket is the only
    /// way to tell a name from padding.
    init?(_ storage: borrowing sockaddr_storage, length: socklen_t) {
        let value = withUnsafeBytes(of: storage) { bytes in Self.decode(bytes, length: Int(length)) }
        guard let value else { return nil }
        self = value
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer, length: Int) -> SocketAddress? {
        guard length >= MemoryLayout<sa_family_t>.size else { return .unnamed }
        switch Int32(bytes.load(as: sa_family_t.self)) {
        case AF_INET:
            let address = bytes.load(as: sockaddr_in.self)
            return .ipv4(UInt32(bigEndian: address.sin_addr.s_addr), port: UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            let address = bytes.load(as: sockaddr_in6.self)
            return withUnsafeBytes(of: address.sin6_addr) { part in
                SocketAddress(
                    high: UInt64(bigEndian: part.loadUnaligned(as: UInt64.self)),
                    low: UInt64(bigEndian: part.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    port: UInt16(bigEndian: address.sin6_port), scope: address.sin6_scope_id)
            }
        case AF_UNIX:
            let name = bytes[2..<length]
            guard let first = name.first else { return .unnamed }
            if first == 0 { return .abstract(String(decoding: name.dropFirst(), as: UTF8.self)) }
            return .unix(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
        default: return nil
        }
    }

    /// The address family, for socket(2).
    var family: Int32 {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix, .abstract, .unnamed: AF_UNIX
        }
    }

    /// Calls `body` with the kernel's form of the address.
    ///
    /// - Throws: `SystemError` ENAMETOOLONG when a unix path has more than 107 bytes, and what `body` throws.
    func withKernelForm<R>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> R
    ) throws(SystemError) -> R {
        var storage = sockaddr_storage()
        var length = 0
        try withUnsafeMutableBytes(of: &storage) { (bytes) throws(SystemError) in
            length = try encode(into: bytes)
        }
        return try withUnsafeBytes(of: &storage) { (bytes) throws(SystemError) in
            try body(bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
        }
    }

    private func encode(into bytes: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        switch self {
        case .ipv4(let address, let port):
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = port.bigEndian
            form.sin_addr.s_addr = address.bigEndian
            bytes.storeBytes(of: form, as: sockaddr_in.self)
            return MemoryLayout<sockaddr_in>.size
        case .ipv6(let high, let low, let port, let scope):
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = port.bigEndian
            form.sin6_scope_id = scope
            withUnsafeMutableBytes(of: &form.sin6_addr) { part in
                part.storeBytes(of: high.bigEndian, as: UInt64.self)
                part.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            bytes.storeBytes(of: form, as: sockaddr_in6.self)
            return MemoryLayout<sockaddr_in6>.size
        case .unix(let path): return try Self.encode(name: Array(path.utf8), abstract: false, into: bytes)
        case .abstract(let name): return try Self.encode(name: Array(name.utf8), abstract: true, into: bytes)
        case .unnamed:
            bytes.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
            return 2
        }
    }

    private static func encode(
        name: [UInt8], abstract: Bool, into bytes: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        guard name.count <= 107 else {
            throw SystemError("bind", ENAMETOOLONG, subject: "unix:\(String(decoding: name, as: UTF8.self))")
        }
        bytes.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
        let start = abstract ? 3 : 2
        for (index, byte) in name.enumerated() { bytes[start + index] = byte }
        return start + name.count + (abstract ? 0 : 1)
    }
}
