import DroverCore
import DroverSystem

/// What a gateway's variables say that are no header fields, RFC 3875 section 4.1, and those that nginx adds.
struct GatewayVariables {
    var method: ByteSlice?
    var uri: ByteSlice?
    var scriptName: ByteSlice?
    var pathInfo: ByteSlice?
    var query: ByteSlice?
    var version: ByteSlice?
    var contentLength: ByteSlice?
    var contentType: ByteSlice?
    var scheme: ByteSlice?
    var isSecure: ByteSlice?
    var clientAddress: ByteSlice?
    var clientPort: ByteSlice?
    var serverName: ByteSlice?
    var serverPort: ByteSlice?

    /// Takes `variable` if it is one of these; of two with one name the last counts, as whoever wrote it meant to change
    /// the first.
    ///
    /// - Returns: Whether it is a header field all the same.
    mutating func take(_ variable: FieldSlice, _ bytes: RawSpan) -> Bool {
        let name = bytes.extracting(variable.name.range)
        let value = variable.value
        switch name.byteCount {
        case 5 where Self.spells(name, "HTTPS"): isSecure = value
        case 9 where Self.spells(name, "PATH_INFO"): pathInfo = value
        case 11 where Self.spells(name, "REQUEST_URI"): uri = value
        case 11 where Self.spells(name, "SCRIPT_NAME"): scriptName = value
        case 11 where Self.spells(name, "REMOTE_ADDR"): clientAddress = value
        case 11 where Self.spells(name, "REMOTE_PORT"): clientPort = value
        case 11 where Self.spells(name, "SERVER_NAME"): serverName = value
        case 11 where Self.spells(name, "SERVER_PORT"): serverPort = value
        case 12 where Self.spells(name, "QUERY_STRING"): query = value
        case 12 where Self.spells(name, "CONTENT_TYPE"):
            contentType = value
            return value.count > 0
        case 14 where Self.spells(name, "REQUEST_METHOD"): method = value
        case 14 where Self.spells(name, "REQUEST_SCHEME"): scheme = value
        case 14 where Self.spells(name, "CONTENT_LENGTH"):
            contentLength = value
            return value.count > 0
        case 15 where Self.spells(name, "SERVER_PROTOCOL"): version = value
        default: break
        }
        return false
    }

    /// Whether `name` is `text`, in this case and no other.
    ///
    /// A packet has a score of names and each is compared with several, so it goes by words.
    @inline(__always)
    static func spells(_ name: RawSpan, _ text: StaticString) -> Bool {
        guard name.byteCount == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            let wanted = wanted.span.bytes
            var offset = 0
            while offset &+ 8 <= name.byteCount {
                if load(name, offset, UInt64.self) != load(wanted, offset, UInt64.self) { return false }
                offset &+= 8
            }
            if offset &+ 4 <= name.byteCount {
                if load(name, offset, UInt32.self) != load(wanted, offset, UInt32.self) { return false }
                offset &+= 4
            }
            while offset < name.byteCount {
                if load(name, offset, UInt8.self) != load(wanted, offset, UInt8.self) { return false }
                offset &+= 1
            }
            return true
        }
    }

    @inline(__always)
    private static func load<Word: BitwiseCopyable>(_ bytes: RawSpan, _ offset: Int, _ type: Word.Type) -> Word {
        bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: type)
    }
}

// MARK: What they mean

extension GatewayVariables {
    /// The version that the client speaks to the gateway; whatever is newer than 1.1 means the same to a handler.
    func httpVersion(_ bytes: RawSpan) throws(GatewayRejection) -> HTTPVersion {
        guard let version, version.count > 0 else { return .http11 }
        let text = bytes.extracting(version.range)
        guard text.byteCount > 5, Self.spells(text.extracting(0..<5), "HTTP/") else {
            throw .malformed("SERVER_PROTOCOL")
        }
        return Self.spells(text, "HTTP/1.0") || Self.spells(text, "HTTP/0.9") ? .http10 : .http11
    }

    /// Where the request came from.
    func origin(hasHost: Bool, _ bytes: RawSpan) throws(GatewayRejection) -> RequestOrigin {
        let isSecure = try isSecure(bytes)
        return RequestOrigin(
            client: try client(bytes), isSecure: isSecure, host: hasHost ? nil : host(isSecure: isSecure, bytes))
    }

    private func client(_ bytes: RawSpan) throws(GatewayRejection) -> SocketAddress? {
        guard let clientAddress, clientAddress.count > 0 else { return nil }
        let text = bytes.extracting(clientAddress.range)
        // What nginx says of a client that came by a unix socket.
        if Self.spells(text, "unix:") { return .unnamed }
        var port: UInt16 = 0
        if let clientPort, clientPort.count > 0 {
            guard let number = Self.port(bytes.extracting(clientPort.range)) else { throw .malformed("REMOTE_PORT") }
            port = number
        }
        guard let address = SocketAddress(numeric: text, port: port) else { throw .malformed("REMOTE_ADDR") }
        return address
    }

    private func isSecure(_ bytes: RawSpan) throws(GatewayRejection) -> Bool? {
        if let scheme, scheme.count > 0 {
            let text = bytes.extracting(scheme.range)
            if FoldedBytes.equal(text, "https") { return true }
            guard FoldedBytes.equal(text, "http") else { throw .malformed("REQUEST_SCHEME") }
            return false
        }
        guard let isSecure else { return nil }
        let text = bytes.extracting(isSecure.range)
        return !text.isEmpty && !FoldedBytes.equal(text, "off")
    }

    /// What the gateway itself goes by, for a client that named no host.
    private func host(isSecure: Bool?, _ bytes: RawSpan) -> String? {
        guard let serverName, HostRules.isAuthority(bytes.extracting(serverName.range)) else { return nil }
        let name = String(decoding: bytes.extracting(serverName.range))
        // What nginx's configurations call a server that has no name.
        if name == "_" { return nil }
        guard let serverPort, let port = Self.port(bytes.extracting(serverPort.range)),
            port != (isSecure == true ? 443 : 80)
        else { return name }
        return "\(name):\(port)"
    }

    private static func port(_ text: RawSpan) -> UInt16? {
        guard !text.isEmpty, text.byteCount <= 5 else { return nil }
        var number: UInt32 = 0
        for offset in text.byteOffsets {
            let digit = text.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) &- 0x30
            guard digit < 10 else { return nil }
            number = number * 10 + UInt32(digit)
        }
        return UInt16(exactly: number)
    }
}
