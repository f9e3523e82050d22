public import DroverSystem

/// A body that lies in a file: the whole of it, a range, or several ranges with text between them.
///
/// It may be sent any number of times, by several connections at once; the file is closed when nobody holds it any more.
public final class FileBody: Sendable {
    package enum Part: Sendable {
        case text([UInt8])
        case range(offset: Int, count: Int)
    }

    package let parts: [Part]
    /// How many bytes they are together.
    package let count: Int
    /// Nil for a body that was read already.
    package let file: OpenFile?
    /// The same reply, written beforehand.
    package let prepared: PreparedReply?

    /// The bytes of `file` in `range`.
    package convenience init(_ file: OpenFile, _ range: Range<Int>) {
        self.init(file, [.range(offset: range.lowerBound, count: range.count)])
    }

    /// These parts of `file`, one after the other.
    package init(_ file: OpenFile, _ parts: [Part]) {
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

    /// A body in memory, with the head that it is usually sent with.
    package init(_ prepared: PreparedReply) {
        self.prepared = prepared
        file = nil
        parts = []
        count = prepared.bodyCount
    }
}

extension ResponseBody {
    /// A file, or parts of it.
    package static func file(_ body: FileBody) -> ResponseBody { ResponseBody(.file(body)) }

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
