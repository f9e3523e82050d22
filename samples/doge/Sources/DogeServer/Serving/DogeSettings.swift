import Drover

/// What the `doge:` section of the configuration says.
struct DogeSettings: Sendable, Equatable {
    /// In which order calls of one connection are answered.
    enum Order: String {
        /// As they finish.
        case any
        /// As they came.
        case request
    }

    /// The longest message in bytes.
    var maxMessage = 1 << 20
    /// How deep arrays and maps may lie in each other.
    var maxDepth = MessagePackReader.standardDepth
    /// How many calls of one connection may be in progress at once.
    var maxConcurrentCalls = 64
    /// In which order they are answered.
    var order = Order.any
    /// For how many milliseconds a worker that drains goes on reading calls of a client that never pauses.
    var drainGrace: Int64 = 1_000

    /// The defaults.
    init() {}

    /// The section as the core checks and documents it.
    static var section: PluginSection {
        let standard = DogeSettings()
        return PluginSection(
            "doge",
            settings: [
                SettingSpec(
                    "max_message", .byteCount(64...1 << 30), default: "\(standard.maxMessage)", effect: .reload,
                    "The longest message; a longer one is answered with an error and ends the connection."),
                SettingSpec(
                    "max_depth", .integer(4...512), default: "\(standard.maxDepth)", effect: .reload,
                    "How deep arrays and maps may lie in each other; a message that goes deeper is answered with an "
                        + "error and ends the connection."),
                SettingSpec(
                    "max_concurrent_calls", .integer(1...10_000), default: "\(standard.maxConcurrentCalls)",
                    effect: .reload,
                    "How many calls of one connection may be in progress at once, in the worker class doge; the next "
                        + "one is read when one of them has ended."),
                SettingSpec(
                    "order", .choice(orders, noun: "order"), default: standard.order.rawValue, effect: .reload,
                    "In which order the calls of one connection are answered, in the worker class doge."),
                SettingSpec(
                    "drain_grace", .duration, default: "\(standard.drainGrace / 1_000)", effect: .reload,
                    "How long a worker that drains goes on reading the calls of a client that always has some in "
                        + "progress; those it has read are answered."),
            ])
    }

    private static let orders = [
        SettingChoice("any", "as they finish"), SettingChoice("request", "as they came, for clients that need it"),
    ]

    /// Reads the section, with every default filled in.
    init(section: SettingsNode) throws {
        maxMessage = try section.byteCount("max_message")
        maxDepth = try section.integer("max_depth")
        maxConcurrentCalls = try section.integer("max_concurrent_calls")
        drainGrace = Int64(try section.duration("drain_grace") / .milliseconds(1))
        order = Order(rawValue: try section.string("order")) ?? .any
    }
}
