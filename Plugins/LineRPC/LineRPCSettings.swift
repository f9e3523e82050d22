package import DroverLineRPCMessages

/// What the `line_rpc:` section of the configuration says.
package struct LineRPCSettings: Sendable, Equatable {
    /// How messages are told apart.
    package var framing = RPCFraming.line
    /// The longest message in bytes.
    package var maxLine = 1 << 20
    /// How deep arrays and objects may lie in each other.
    package var maxDepth = 64
    /// How many calls a batch may have.
    package var maxBatch = 100
    /// How many bytes the reply to a batch may have.
    package var maxBatchReply = 16 << 20
    /// How many calls of one connection may be in progress at once.
    package var maxConcurrentCalls = 32
    /// How many bytes of notifications may wait for a client that does not take them.
    package var maxPendingOutput = 1 << 20
    /// For how many milliseconds a client may be silent while it is owed nothing; 0 for ever.
    package var idle: Int64 = 300_000
    /// For how many milliseconds a client is still heard after it has been told that the worker drains.
    package var farewell: Int64 = 1_000

    /// The defaults.
    package init() {}
}
