/// Reads the path of a request as the name of a file.
///
/// A pure function over the bytes. Its names are canonical: one file has one name, so a cache needs no second look, and
/// a name has no empty part, no `.`, no `..`, no zero byte, no slash that was written as `%2F`, and nothing that begins
/// with a dot unless such files were asked for, or it is `.well-known` where the site's paths begin. What remains, links
/// above all, is the kernel's business.
public struct PathResolver: Sendable, Equatable {
    // NAME_MAX: no file system has names longer than this.
    private static let longestName = 255
    // RFC 8615: where clients look by themselves. The dot keeps it apart from the site's own names, and hides nothing.
    private static let wellKnown = Array(".well-known".utf8)

    // Without the slash at its end; empty for the root of the site.
    private let prefix: [UInt8]
    private let showsDotFiles: Bool

    /// A resolver for paths that begin with `prefix`.
    ///
    /// - Parameters:
    ///   - prefix: What is taken off the path: `/static/`, with or without the slash at its end.
    ///   - dotFiles: Whether names that begin with a dot may be asked for; `.` and `..` are never.
    public init(prefix: String = "/", dotFiles: Bool = false) {
        var bytes = Array(prefix.utf8)
        while bytes.last == 0x2F { bytes.removeLast() }
        self.prefix = bytes
        showsDotFiles = dotFiles
    }

    /// What `path` means, which is as it was sent: with its escapes, RFC 3986 section 2.1, and without the query.
    ///
    /// An empty path is the root's, RFC 9110 section 4.2.3. The name is one that `RootFolder.open` takes, but for the slash
    /// that a folder has at its end.
    public func resolve(_ path: RawSpan) -> PathResolution {
        if path.byteCount == 0 { return prefix.isEmpty ? .plain(0..<0) : .nothing }
        var offset = 0
        while offset < path.byteCount {
            let byte = path.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            if byte == 0x25 { return resolveEscaped(path, from: offset) }
            if byte == 0 { return .malformed }
            offset += 1
        }
        switch name(in: path) {
        case .name(let start): return .plain(start..<path.byteCount)
        case .prefixItself: return .prefixItself
        case .nothing: return .nothing
        }
    }

    private func resolveEscaped(_ path: RawSpan, from first: Int) -> PathResolution {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(path.byteCount)
        var offset = 0
        var hidesSlash = false
        while offset < path.byteCount {
            var byte = path.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
            offset += 1
            if byte == 0x25 {
                guard offset + 2 <= path.byteCount,
                    let high = Self.digit(path.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)),
                    let low = Self.digit(path.unsafeLoad(fromUncheckedByteOffset: offset + 1, as: UInt8.self))
                else { return .malformed }
                byte = high << 4 | low
                offset += 2
                // No file name has one, and who joins names with it wants to be misunderstood.
                if byte == 0x2F { hidesSlash = true }
            }
            if byte == 0 { return .malformed }
            bytes.append(byte)
        }
        if hidesSlash { return .nothing }
        switch name(in: bytes.span.bytes) {
        case .name(let start): return .decoded(Array(bytes[start...]))
        case .prefixItself: return .prefixItself
        case .nothing: return .nothing
        }
    }

    private enum Reading {
        case name(from: Int)
        case prefixItself
        case nothing
    }

    /// Where the name begins behind the prefix, if every part of it may be asked for.
    private func name(in path: RawSpan) -> Reading {
        guard path.byteCount >= prefix.count else { return .nothing }
        for offset in prefix.indices
        where path.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) != prefix[offset] {
            return .nothing
        }
        if path.byteCount == prefix.count { return .prefixItself }
        guard path.unsafeLoad(fromUncheckedByteOffset: prefix.count, as: UInt8.self) == 0x2F else { return .nothing }
        let start = prefix.count + 1
        var part = start
        var offset = start
        while offset <= path.byteCount {
            let isEnd = offset == path.byteCount
            if isEnd || path.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) == 0x2F {
                // Only behind the last slash may there be nothing.
                if offset == part, !isEnd { return .nothing }
                if offset > part, !isAllowed(path, part, offset), !isWellKnown(path, part, offset) { return .nothing }
                part = offset + 1
            }
            offset += 1
        }
        return .name(from: start)
    }

    private func isAllowed(_ path: RawSpan, _ start: Int, _ end: Int) -> Bool {
        let count = end - start
        if count > Self.longestName { return false }
        guard path.unsafeLoad(fromUncheckedByteOffset: start, as: UInt8.self) == 0x2E else { return true }
        guard showsDotFiles, count > 1 else { return false }
        return count > 2 || path.unsafeLoad(fromUncheckedByteOffset: start + 1, as: UInt8.self) != 0x2E
    }

    /// Whether this part is the first of the whole path and spelled as RFC 8615 has it; below a prefix it means nothing.
    private func isWellKnown(_ path: RawSpan, _ start: Int, _ end: Int) -> Bool {
        guard start == 1, end - start == Self.wellKnown.count else { return false }
        for offset in start..<end
        where path.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) != Self.wellKnown[offset - start] {
            return false
        }
        return true
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}

extension PathResolver {
    /// The path of a folder as it should have been asked for, with its slash; only what needs no escape stands as it is.
    public func location(ofFolder name: RawSpan) -> String {
        var text = prefix
        text.append(0x2F)
        for offset in name.byteOffsets { text.append(name.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)) }
        if text.last != 0x2F { text.append(0x2F) }
        return text.reduce(into: "") { result, byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
