/// How large the parts of a packet may be.
public struct PacketLimits: Sendable, Equatable {
    /// The most bytes of variables that a packet can have, as its size has 16 bits.
    public static let largestBlock = 65_535

    /// Bytes of the variables, with the lengths between them.
    public var block = Self.largestBlock
    /// Number of variables.
    public var variables = 256

    /// The limits that a server has by default.
    public init() {}
}
