public import DroverSystem

/// A body that lies in a file: the whole of it, a range, or several ranges with text between them.
///
/// It may be sent any number of times, by several connections at once; the file is closed with the body's last reference.
/// An open file leaves with sendfile(2) where the transport can do that, so its bytes are not copied here. What the file
/// loses while it is sent ends the connection, as the length has been promised.
public final class FileBody: Sendable {
    /// A piece of a body.
    public enum Part: Sendable {
        /// Bytes that are not the file's, such as the heads of multipart/byteranges, RFC 9110 section 14.6.
        case text([UInt8])
        /// Bytes of the file, which must have them.
        case range(offset: Int, count: Int)
    }

    /// What it consists of, in order; empty for a body that is kept in memory.
    let parts: [Part]
    /// How many bytes it has.
    public let count: Int
    /// The file; nil for a body that is kept in memory.
    let file: OpenFile?
    /// The same reply, written beforehand.
    let prepared: PreparedReply?

    /// The bytes of `file` in `range`.
    public convenience init(_ file: OpenFile, _ range: Range<Int>) {
        self.init(file, [.range(offset: range.lowerBound, count: range.count)])
    }

    /// These parts of `file`, one after the other.
    public init(_ file: OpenFile, _ parts: [Part]) {
        self.file = file
        self.parts = parts
        count = parts.reduce(0) { sum, part in
            switch part {
            case .text(let bytes): sum + bytes.count
            case .range(_, let count): sum + count
            }
        }
        prepared = nil
    }

    /// The whole of a file in memory, with the head that it is usually sent with.
    ///
    /// A 200 with just this content type and these fields is written by one copy then; in any other response the body is
    /// sent as bytes are.
    ///
    /// - Precondition: Every field is one that a response may have, and none of them is Connection.
    public init(keeping content: [UInt8], contentType: ContentType?, fields: HeaderFields) {
        let prepared = PreparedReply(contentType: contentType, fields: fields, body: content)
        self.prepared = prepared
        file = nil
        parts = []
        count = prepared.bodyCount
    }

    /// How many bytes a file may have that is worth keeping in memory: 16 KiB.
    ///
    /// Copying more costs more than a system call of its own.
    public static var largestKept: Int { ResponseEncoder.largestInlineBody }

    /// Whether it is kept in memory, and no file is open for it.
    public var isKept: Bool { file == nil }

    /// A body of these parts of the same file.
    public func body(of parts: [Part]) -> ResponseBody {
        if let file { return .file(FileBody(file, parts)) }
        var bytes: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): bytes += text
            case .range(let offset, let count): bytes += prepared?.content(offset..<offset + count) ?? []
            }
        }
        return .bytes(bytes)
    }
}

extension ResponseBody {
    /// A file, or parts of it.
    public static func file(_ body: FileBody) -> ResponseBody { ResponseBody(.file(body)) }

    /// The whole of an open file, as long as it is now.
    public static func file(_ file: OpenFile) -> ResponseBody {
        .file(FileBody(file, 0..<file.status.size))
    }

    /// The body of a file that was read already; nil for any other.
    var prepared: PreparedReply? {
        guard case .file(let body) = content else { return nil }
        return body.prepared
    }
}
