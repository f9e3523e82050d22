/// How large the parts of a packet may be.
package struct PacketLimits: Sendable, Equatable {
    /// More than the size of a packet can say.
    package static let largestBlock = 65_535

    /// Bytes of the variables, with the lengths between them.
    package var block = Self.largestBlock
    /// Number of variables.
    package var variables = 256

    /// The defaults.
    package init() {}
}
