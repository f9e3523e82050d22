public import Drover

/// The call that a method answers, for methods that ask for it: a first parameter of this type is no argument.
public struct DogeCall: Sendable {
    /// The method's name.
    public let method: String
    /// What came with the call without being an argument; filters may add to it before the method sees it.
    public var meta: [String: String]
    /// Whether the client waits for no answer.
    public let isNotification: Bool
    /// The worker's logger.
    public let logger: Logger
    /// The address of the caller.
    public let peer: SocketAddress

    /// A call; tests of methods and filters make their own.
    public init(
        method: String, meta: [String: String] = [:], isNotification: Bool = false,
        peer: SocketAddress = .unnamed, logger: Logger = Logger(label: "doge")
    ) {
        self.method = method
        self.meta = meta
        self.isNotification = isNotification
        self.logger = logger
        self.peer = peer
    }

    /// The call that the current task answers, in methods that are `async`; for what they call themselves, which should
    /// take `meta` along.
    @TaskLocal public static var current: DogeCall?
}
