/// Finds messages in the stream, framed one way or the other.
///
/// It is a value that is fed with what is buffered, and looks at no byte twice.
public struct MessageFramer: Sendable {
    private enum Form: Sendable {
        case line(LineFramer)
        case header(HeaderFramer)
    }

    private var form: Form

    /// The longest header that is read, in bytes, where messages have headers.
    public static let longestHeader = HeaderFramer.longestHeader

    /// A framer of messages of at most `limit` bytes, what frames them not counted.
    public init(_ framing: RPCFraming, limit: Int) {
        form =
            switch framing {
            case .line: .line(LineFramer(limit: limit))
            case .header: .header(HeaderFramer(limit: limit))
            }
    }

    /// What the buffered bytes begin with.
    ///
    /// After `.incomplete` it expects the same bytes and more behind them; after a message it expects them without what
    /// that took; after anything else the stream is at its end.
    public mutating func next(_ bytes: RawSpan) -> MessageFrame {
        switch form {
        case .line(var framer):
            let frame = framer.next(bytes)
            form = .line(framer)
            return frame
        case .header(var framer):
            let frame = framer.next(bytes)
            form = .header(framer)
            return frame
        }
    }
}
