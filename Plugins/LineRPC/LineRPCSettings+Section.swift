package import DroverCore
import DroverLineRPCMessages

extension LineRPCSettings {
    /// The `line_rpc:` section as the core checks and documents it.
    package static var section: PluginSection {
        let standard = LineRPCSettings()
        return PluginSection(
            "line_rpc",
            settings: [
                SettingSpec(
                    "framing", .choice(framings, noun: "framing"), default: standard.framing.rawValue,
                    effect: .reload, "How messages are told apart."),
                SettingSpec(
                    "max_line", .byteCount(64...64 << 20), default: "\(standard.maxLine)", effect: .reload,
                    "The longest message, its framing not counted; a longer one is answered -32600 and ends the "
                        + "connection."),
                SettingSpec(
                    "max_depth", .integer(1...JSONScanner.deepest), default: "\(standard.maxDepth)", effect: .reload,
                    "How deep arrays and objects may lie in each other; a message that goes deeper is answered "
                        + "-32600."),
                SettingSpec(
                    "max_batch", .integer(1...10_000), default: "\(standard.maxBatch)", effect: .reload,
                    "The largest number of calls in a batch; a larger one is answered -32600."),
                SettingSpec(
                    "max_batch_reply", .byteCount(1_024...1 << 30), default: "\(standard.maxBatchReply)",
                    effect: .reload,
                    "The longest reply to a batch; calls whose results do not fit any more are answered -32001, and are "
                        + "not made if that is known before."),
                SettingSpec(
                    "max_concurrent_calls", .integer(1...10_000), default: "\(standard.maxConcurrentCalls)",
                    effect: .reload,
                    "How many calls of one connection may be in progress at once; the next one is read when one of "
                        + "them has ended."),
                SettingSpec(
                    "max_pending_output", .byteCount(1_024...1 << 30), default: "\(standard.maxPendingOutput)",
                    effect: .reload,
                    "How many bytes of notifications may wait for a client that does not take them; beyond that "
                        + "sending one fails."),
                SettingSpec(
                    "idle_timeout", .duration, default: "\(standard.idle / 1_000)", effect: .reload,
                    "How long a client may be silent while no call of its own is in progress; 0 is for ever. It "
                        + "stands in for keepalive."),
                SettingSpec(
                    "drain_grace", .duration, default: "\(standard.farewell / 1_000)", effect: .reload,
                    "How long a client is still heard after it has been told, by the notification rpc.draining, that "
                        + "the worker drains."),
            ])
    }

    private static let framings = [
        SettingChoice("line", "each message ends with a line feed"),
        SettingChoice("header", "each has a Content-Length header, as language servers use it"),
    ]

    /// Reads the section, with every default filled in.
    ///
    /// - Throws: `SettingsIssue` for a value that is missing, of the wrong type or out of range.
    package init(section: SettingsNode) throws(SettingsIssue) {
        framing = RPCFraming(rawValue: try section.string("framing")) ?? .line
        maxLine = try section.byteCount("max_line")
        maxDepth = try section.integer("max_depth")
        maxBatch = try section.integer("max_batch")
        maxBatchReply = try section.byteCount("max_batch_reply")
        maxConcurrentCalls = try section.integer("max_concurrent_calls")
        maxPendingOutput = try section.byteCount("max_pending_output")
        idle = try section.duration("idle_timeout").inMilliseconds
        farewell = try section.duration("drain_grace").inMilliseconds
    }
}
