public import DroverCore
public import DroverLineRPCMessages

/// What the `line_rpc:` section of the configuration says.
struct LineRPCSettings: Sendable, Equatable {
    /// How messages are told apart.
    var framing = RPCFraming.line
    /// The longest message in bytes.
    var maxLine = 1 << 20
    /// How deep arrays and objects may lie in each other.
    var maxDepth = 64
    /// How many calls a batch may have.
    var maxBatch = 100
    /// How many bytes the reply to a batch may have.
    var maxBatchReply = 16 << 20
    /// How many calls of one connection may be in progress at once.
    var maxConcurrentCalls = 32
    /// How many bytes of notifications may wait for a client that does not take them.
    var maxPendingOutput = 1 << 20
    /// For how long a client may be silent while it is owed nothing; 0 for ever.
    var idleTimeout = Duration.seconds(300)
    /// For how long a client is still heard after it has been told that the worker drains.
    var drainGrace = Duration.seconds(1)

    /// The defaults.
    init() {}

    /// The section.
    static let section = PluginSection(
        "line_rpc", LineRPCSettings(),
        [
            .setting("framing", \.framing, "How messages are told apart."),
            .setting(
                "max_line", \.maxLine, as: .byteCount(64...64 << 20),
                "The longest message, its framing not counted; a longer one is answered -32600 and ends the connection."
            ),
            .setting(
                "max_depth", \.maxDepth, as: .integer(1...JSONScanner.deepest),
                "How deep arrays and objects may lie in each other; a message that goes deeper is answered -32600."),
            .setting(
                "max_batch", \.maxBatch, as: .integer(1...10_000),
                "The largest number of calls in a batch; a larger one is answered -32600."),
            .setting(
                "max_batch_reply", \.maxBatchReply, as: .byteCount(1_024...1 << 30),
                "The longest reply to a batch; calls whose results do not fit any more are answered -32001, and are not "
                    + "made if that is known before."),
            .setting(
                "max_concurrent_calls", \.maxConcurrentCalls, as: .integer(1...10_000),
                "How many calls of one connection may be in progress at once; the next one is read when one of them has "
                    + "ended."),
            .setting(
                "max_pending_output", \.maxPendingOutput, as: .byteCount(1_024...1 << 30),
                "How many bytes of notifications may wait for a client that does not take them; beyond that sending one "
                    + "fails."),
            .setting(
                "idle_timeout", \.idleTimeout,
                "How long a client may be silent while no call of its own is in progress; 0 is for ever. It stands in for "
                    + "keepalive."),
            .setting(
                "drain_grace", \.drainGrace,
                "How long a client is still heard after it has been told, by the notification rpc.draining, that the "
                    + "worker drains."),
        ])
}

// The messages know nothing of settings, and both modules are ours.
extension RPCFraming: @retroactive ChoosableSetting, @retroactive SettingConvertible {
    /// What an unknown name is called in the message about it.
    public static let settingNoun = "framing"

    /// What the framing looks like.
    public var settingMeaning: String {
        switch self {
        case .line: "each message ends with a line feed"
        case .header: "each has a Content-Length header, as language servers use it"
        }
    }
}
