import DroverBytes
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
    /// Whether HTTP_HOST came twice, as it does where a configuration adds one to those of nginx's files.
    var hasOwnHost = false

    /// Takes `variable` if it is one of these; of two with one name the last counts, as it was written to change the
    /// first.
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
    ///
    /// - Throws: `GatewayRejection.head` for a host that is none.
    func origin(_ head: RequestHead, _ trusted: AddressRanges, _ bytes: RawSpan) throws(GatewayRejection)
        -> RequestOrigin
    {
        var origin: RequestOrigin
        if let single = singleOrigin(bytes) {
            origin = single
        } else {
            do { origin = try path(bytes).origin(trusted) } catch { throw .head(error) }
        }
        if origin.isSecure == nil { origin.isSecure = isEncrypted(bytes) }
        origin.host = head.facts.contains(.host) ? portedHost(head, bytes) : serverHost(origin.isSecure, bytes)
        return origin
    }

    /// The origin that one address and one scheme state, as nearly all gateways have them; nil for anything else.
    private func singleOrigin(_ bytes: RawSpan) -> RequestOrigin? {
        var origin = RequestOrigin(client: nil, isSecure: nil, host: nil)
        if let clientAddress, clientAddress.count > 0 {
            let port = clientPort.flatMap { Self.port(bytes.extracting($0.range)) } ?? 0
            origin.client = SocketAddress(numeric: bytes.extracting(clientAddress.range), port: port)
            if origin.client == nil { return nil }
        }
        if let scheme, scheme.count > 0 {
            origin.isSecure = ForwardedPath.isSecure(bytes.extracting(scheme.range))
            if origin.isSecure == nil { return nil }
        }
        return origin
    }

    /// The variables, read as the fields of a proxy are.
    ///
    /// They often hold nothing else: a configuration that sets `REQUEST_SCHEME` to `$http_x_forwarded_proto` has one or
    /// more schemes in it, and perhaps none.
    private func path(_ bytes: RawSpan) -> ForwardedPath {
        var path = ForwardedPath()
        if let clientAddress { path.append(clients: bytes.extracting(clientAddress.range)) }
        if let scheme { path.append(schemes: bytes.extracting(scheme.range)) }
        return path
    }

    /// What HTTPS says, which some gateways have instead of a scheme.
    private func isEncrypted(_ bytes: RawSpan) -> Bool? {
        guard let isSecure else { return nil }
        let text = bytes.extracting(isSecure.range)
        return !text.isEmpty && !FoldedBytes.equal(text, "off")
    }

    /// The host of HTTP_HOST with the port of SERVER_PORT, where the gateway has taken the port away; nil elsewhere.
    ///
    /// Debian's nginx writes `$host`, which has no port; SERVER_PORT, the port that the client came to, is all that is left
    /// of it. A second HTTP_HOST is the configuration's own word for the whole. Where a proxy stands before the gateway,
    /// the port is not the one that clients know.
    private func portedHost(_ head: RequestHead, _ bytes: RawSpan) -> String? {
        guard !hasOwnHost, head.form != .absolute, !head.facts.contains(.forwarded),
            let serverPort, let port = Self.port(bytes.extracting(serverPort.range)), port != 80, port != 443
        else { return nil }
        let host = bytes.extracting(head.meaning.host.range)
        return HostRules.hasPort(host) ? nil : "\(String(decoding: host)):\(port)"
    }

    /// What the gateway itself goes by, for a client that named no host.
    private func serverHost(_ isSecure: Bool?, _ bytes: RawSpan) -> String? {
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
