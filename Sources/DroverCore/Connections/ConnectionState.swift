/// Where a connection is in its life.
enum ConnectionState: UInt8, CaseIterable, Sendable {
    /// The transport's handshake is not complete.
    case accepted
    /// The handshake is complete, and the peer has said nothing yet.
    case fresh
    /// Between two messages.
    case resting
    /// A request is in progress.
    case serving
    /// A handler has taken the connection over: what is spoken is not the listener's protocol any more.
    case upgraded
    /// A request is in progress that the handler counts.
    case upgradedServing
    /// Nothing more is served; what was written last is being sent.
    case ending
    /// The last words have been said; what still comes is received and thrown away.
    case lingering
    /// The socket is closed.
    case closed
}

/// What moves a connection from one state to another.
enum ConnectionEvent: UInt8, CaseIterable, Sendable {
    /// The handshake is complete.
    case established
    /// The peer has said something.
    case received
    /// A request has begun, and has ended.
    case requestBegan, requestEnded
    /// A handler takes the connection over.
    case takenOver
    /// Nothing more will be served.
    case over
    /// The sending direction has ended, and the peer's has not.
    case lingers
    /// The socket was closed.
    case closed
}

extension ConnectionState {
    /// The state that follows after `event`; nil where it cannot happen.
    func after(_ event: ConnectionEvent) -> ConnectionState? {
        switch (self, event) {
        case (.accepted, .established): .fresh
        case (.fresh, .received): .resting
        // What else comes changes nothing.
        case (.resting, .received), (.serving, .received), (.upgraded, .received), (.upgradedServing, .received),
            (.ending, .received):
            self
        // A protocol whose server speaks first may count that.
        case (.fresh, .requestBegan), (.resting, .requestBegan): .serving
        case (.serving, .requestEnded): .resting
        case (.upgraded, .requestBegan): .upgradedServing
        case (.upgradedServing, .requestEnded): .upgraded
        case (.resting, .takenOver): .upgraded
        case (.accepted, .over), (.fresh, .over), (.resting, .over), (.upgraded, .over), (.ending, .over): .ending
        case (.ending, .lingers): .lingering
        // A deadline or a shortage may end it wherever it is.
        case (.closed, .closed): nil
        case (_, .closed): .closed
        default: nil
        }
    }

    /// Whether the peer has said nothing yet.
    @inline(__always) var isFresh: Bool { rawValue <= ConnectionState.fresh.rawValue }
    /// Whether a request is in progress.
    @inline(__always) var isServing: Bool { self == .serving || self == .upgradedServing }
    /// Whether a handler has taken it over.
    @inline(__always) var isUpgraded: Bool { self == .upgraded || self == .upgradedServing }
    /// Whether nothing more is served.
    @inline(__always) var isOver: Bool { rawValue >= ConnectionState.ending.rawValue }
}

/// What serves a connection at the moment.
enum Carrier: UInt8, Sendable {
    /// Nothing: the loop looks after it when something comes.
    case loop
    /// A thread without a task, or one that is about to.
    case thread
    /// A task.
    case task
    /// A task that has found that the connection can do without, and ends.
    case leavingTask
}
