import Drover

/// What the `doge:` section of the configuration says.
struct DogeSettings: Sendable, Equatable {
    /// In which order calls of one connection are answered.
    enum Order: String, ChoosableSetting {
        /// As they finish.
        case any
        /// As they came.
        case request

        static let settingNoun = "order"

        var settingMeaning: String {
            switch self {
            case .any: "as they finish"
            case .request: "as they came, for clients that need it"
            }
        }
    }

    /// The longest message in bytes.
    var maxMessage = 1 << 20
    /// How deep arrays and maps may lie in each other.
    var maxDepth = MessagePackReader.standardDepth
    /// How many calls of one connection may be in progress at once.
    var maxConcurrentCalls = 64
    /// In which order they are answered.
    var order = Order.any
    /// For how long a worker that drains goes on reading calls of a client that never pauses.
    var drainGrace = Duration.seconds(1)

    /// The section.
    static let section = PluginSection(
        "doge", DogeSettings(),
        [
            .setting(
                "max_message", \.maxMessage, as: .byteCount(64...1 << 30),
                "The longest message; a longer one is answered with an error and ends the connection."),
            .setting(
                "max_depth", \.maxDepth, as: .integer(4...512),
                "How deep arrays and maps may lie in each other; a message that goes deeper is answered with an error and "
                    + "ends the connection."),
            .setting(
                "max_concurrent_calls", \.maxConcurrentCalls, as: .integer(1...10_000),
                "How many calls of one connection may be in progress at once, in the worker class doge; the next one is "
                    + "read when one of them has ended."),
            .setting(
                "order", \.order,
                "In which order the calls of one connection are answered, in the worker class doge."),
            .setting(
                "drain_grace", \.drainGrace,
                "How long a worker that drains goes on reading the calls of a client that always has some in progress; "
                    + "those it has read are answered."),
        ])
}
