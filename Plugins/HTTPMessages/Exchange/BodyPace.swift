/// How fast a request's body has to come, measured over the time that the server waited for it.
///
/// A peer has some time in hand. Waiting uses it up, every byte earns a part of it back, and more than the grace is
/// never in hand; so a peer may pause, but cannot go on for ever with a byte now and then. What a handler does between
/// two pieces is not the peer's fault and costs nothing.
public struct BodyPace: Sendable, Equatable {
    /// Bytes a second; 0 is any pace.
    public var rate: Int
    /// Milliseconds that may be in hand.
    public var grace: Int64

    /// A pace of `rate` bytes a second with `grace` milliseconds in hand.
    public init(rate: Int, grace: Int64) {
        self.rate = rate
        self.grace = grace
    }

    /// The pace where nothing else is said: slower than the slowest modem, for half a minute.
    public static let standard = BodyPace(rate: 240, grace: 30_000)
}

/// What a peer has in hand.
struct BodyPatience: Sendable {
    private let pace: BodyPace
    private var microseconds: Int64

    init(_ pace: BodyPace) {
        self.pace = pace
        microseconds = pace.grace * 1_000
    }

    /// How long the next wait may last; nil for as long as one likes.
    var milliseconds: Int64? {
        pace.rate == 0 ? nil : max(microseconds / 1_000, 0)
    }

    /// Notes that `count` bytes came after a wait.
    mutating func note(waited: Int64, received count: Int) {
        guard pace.rate > 0 else { return }
        let earned = Int64(count) * 1_000_000 / Int64(pace.rate)
        microseconds = min(microseconds - waited * 1_000 + earned, pace.grace * 1_000)
    }
}
