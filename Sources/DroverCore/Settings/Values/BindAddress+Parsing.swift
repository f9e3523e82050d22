extension BindAddress {
    /// sun_path holds 108 bytes, unix(7), the last of which ends the path.
    private static let longestPath = 107

    /// Reads `HOST`, `HOST:PORT`, `[v6]:PORT`, `:PORT`, `unix:PATH`, `unix:@NAME` or `fd://N`.
    ///
    /// - Throws: `SettingsIssue` at the node.
    package init(_ node: SettingsNode) throws(SettingsIssue) {
        guard !node.isNull, let text = node.text, !text.isEmpty else {
            throw node.mismatch("an address: HOST:PORT, unix:PATH or fd://N")
        }
        do {
            self = try BindAddress(parsing: text)
        } catch {
            throw SettingsIssue(node.key, at: node.place, "has the address '\(text)': \(error.reason)")
        }
    }

    /// Reads an address from a text.
    package init(parsing text: String) throws(InvalidAddress) {
        if let rest = text.dropping("unix:") {
            self = try Self.local(rest.dropping("//") ?? rest)
        } else if let rest = text.dropping("fd://") {
            self = try Self.inherited(rest)
        } else {
            self = try Self.network(text.dropping("tcp://") ?? text[...])
        }
    }

    private static func inherited(_ text: Substring) throws(InvalidAddress) -> BindAddress {
        if let number = Int32(text), number >= 0 { return .descriptor(number) }
        // systemd.socket(5): up to 255 printable characters without a colon.
        let isName =
            (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        guard isName, text.first != "-" else {
            throw InvalidAddress(
                "write a descriptor's number after fd://, as in fd://3, or the name that systemd gives it, as in fd://web"
            )
        }
        return .named(String(text))
    }

    private static func local(_ path: Substring) throws(InvalidAddress) -> BindAddress {
        let isAbstract = path.first == "@"
        let name = isAbstract ? path.dropFirst() : path
        guard !name.isEmpty else { throw InvalidAddress("write a path after unix:, as in unix:/run/drover.sock") }
        guard name.utf8.count <= longestPath else {
            throw InvalidAddress("a unix socket's path has at most \(longestPath) bytes, this has \(name.utf8.count)")
        }
        guard !name.utf8.contains(0) else { throw InvalidAddress("a path cannot hold a zero byte") }
        return isAbstract ? .abstract(name: String(name)) : .unix(path: String(name))
    }

    private static func network(_ text: Substring) throws(InvalidAddress) -> BindAddress {
        guard !text.contains(",") else {
            throw InvalidAddress("give each address on its own: --bind several times, or a list in the file")
        }
        if text.first == "[" { return try bracketed(text.dropFirst()) }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count > 1, parts[1].hasPrefix("//") {
            let place = text.dropFirst(parts[0].count + 3).prefix { $0 != "/" }
            throw InvalidAddress(
                "leave out '\(parts[0])://' and write \(place.isEmpty ? "HOST:PORT" : place); what is spoken there, 'protocol' "
                    + "and 'transport' say")
        }
        guard parts.count <= 2 else {
            throw InvalidAddress("write an IPv6 address in brackets, as in [::1]:\(defaultPort)")
        }
        let host = parts[0].lowercased()
        guard parts.count == 2 else {
            if let port = UInt16(host) {
                // gunicorn takes it for a host's name; a guess would open the port to the world, or to no client.
                throw InvalidAddress("write 127.0.0.1:\(port) for this machine alone, or :\(port) for every interface")
            }
            return .tcp(host: try checked(host), port: defaultPort)
        }
        let everywhere = host.isEmpty || host == "*"
        return .tcp(host: everywhere ? "0.0.0.0" : try checked(host), port: try port(parts[1]))
    }

    private static func bracketed(_ text: Substring) throws(InvalidAddress) -> BindAddress {
        let parts = text.split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
        let host = parts[0].lowercased()
        guard parts.count == 2, parts[1].isEmpty || parts[1].first == ":" else {
            throw InvalidAddress("write an IPv6 address as [::1]:\(defaultPort)")
        }
        let isPlausible =
            host.contains(":")
            && host.allSatisfy {
                $0.isASCII
                    && ($0.isHexDigit || ":.%".contains($0)
                        || host.contains("%") && ($0.isLetter || $0.isNumber))
            }
        guard isPlausible else { throw InvalidAddress("'\(host)' is no IPv6 address") }
        return .tcp(host: host, port: parts[1].isEmpty ? defaultPort : try port(parts[1].dropFirst()))
    }

    private static func port(_ text: Substring) throws(InvalidAddress) -> UInt16 {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(text) else {
            throw InvalidAddress("the port must be a number from 0 to 65535, not '\(text)'")
        }
        return port
    }

    private static func checked(_ host: String) throws(InvalidAddress) -> String {
        let isPlausible =
            !host.isEmpty
            && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_") }
        guard isPlausible else { throw InvalidAddress("'\(host)' is no host") }
        return host
    }
}

extension BindAddress {
    /// Why a text is no address.
    package struct InvalidAddress: Error, Equatable, CustomStringConvertible {
        /// What is wrong and what to write instead.
        package let reason: String
        /// The reason, which is one line.
        package var description: String { reason }

        init(_ reason: String) {
            self.reason = reason
        }
    }
}

extension StringProtocol where SubSequence == Substring {
    fileprivate func dropping(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
