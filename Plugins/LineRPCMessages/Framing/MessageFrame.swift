/// What buffered bytes begin with.
public enum MessageFrame: Equatable, Sendable {
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
