/// A moment, as MessagePack writes it: the extension of type -1.
public struct MessagePackTimestamp: Sendable, Hashable {
    /// Whole seconds since 1970, negative before.
    public let seconds: Int64
    /// What comes on top of them, below 1,000,000,000.
    public let nanoseconds: UInt32

    /// A moment; nil when there are a second's nanoseconds or more.
    public init?(seconds: Int64, nanoseconds: UInt32 = 0) {
        guard nanoseconds < 1_000_000_000 else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// The type of the extension.
    static let type: Int8 = -1
}
