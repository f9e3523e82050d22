/// What the 64-bit word of a poller's report says: a connection, or one of the loop's own descriptors.
///
/// A connection's word carries its token below and the low half of its number above: a token is used again, a number
/// never, so a report that was under way when a connection ended cannot reach the next one.
enum PollerWord {
    private static let own: UInt64 = 1 << 31

    case connection(token: Int32, number: UInt32)
    case listener(Int)
    case executor
    case signals
    case lifeline
    case streams

    static func connection(token: Int32, id: UInt64) -> UInt64 {
        UInt64(token) | UInt64(truncatingIfNeeded: id) << 32
    }

    static func listener(_ index: Int) -> UInt64 { own | UInt64(index + 16) }
    static let executorWord = own
    static let signalsWord = own | 1
    static let lifelineWord = own | 2
    static let streamsWord = own | 3

    @inline(__always)
    init(_ word: UInt64) {
        if word & Self.own == 0 {
            self = .connection(token: Int32(truncatingIfNeeded: word), number: UInt32(word >> 32))
            return
        }
        switch word & ~Self.own {
        case 0: self = .executor
        case 1: self = .signals
        case 2: self = .lifeline
        case 3: self = .streams
        case let index: self = .listener(Int(index) - 16)
        }
    }
}
