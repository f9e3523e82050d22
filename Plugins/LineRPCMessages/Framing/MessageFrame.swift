/// What buffered bytes begin with.
package enum Frame: Equatable, Sendable {
    /// Less than a message.
    case incomplete
    /// A message in this range; the first `taking` bytes are dealt with then.
    case message(Range<Int>, taking: Int)
    /// A message that is longer than allowed; where the next one begins is not known.
    case tooLong(limit: Int)
    /// Nothing that frames a message.
    case malformed(String)
    /// A message that is framed the other way.
    case foreign(RPCFraming)
}

/// How messages are told apart in the stream.
public enum RPCFraming: String, Sendable, CaseIterable {
    /// Each ends with a line feed.
    case line
    /// Each has a header with its length, as language servers use it.
    case header
}

/// Finds messages in the stream, framed one way or the other.
package enum MessageFramer: Sendable {
    case line(LineFramer)
    case header(HeaderFramer)

    /// A framer of messages of at most `limit` bytes.
    package init(_ framing: RPCFraming, limit: Int) {
        self =
            switch framing {
            case .line: .line(LineFramer(limit: limit))
            case .header: .header(HeaderFramer(limit: limit))
            }
    }

    /// What the buffered bytes begin with.
    ///
    /// After a message it expects them without what that took.
    package mutating func next(_ bytes: RawSpan) -> Frame {
        switch self {
        case .line(var framer):
            let frame = framer.next(bytes)
            self = .line(framer)
            return frame
        case .header(var framer):
            let frame = framer.next(bytes)
            self = .header(framer)
            return frame
        }
    }
}
