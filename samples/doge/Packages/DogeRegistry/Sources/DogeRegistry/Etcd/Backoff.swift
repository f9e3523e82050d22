/// How long to wait before the next attempt: twice as long each time, and never exactly as long as everybody else.
struct Backoff: Sendable {
    private let shortest: Duration
    private let longest: Duration
    private var current: Duration

    init(from shortest: Duration = .milliseconds(100), to longest: Duration = .seconds(3)) {
        self.shortest = shortest
        self.longest = longest
        current = shortest
    }

    /// The next pause, from half of the current step to all of it.
    mutating func next(_ random: Double = .random(in: 0.5...1)) -> Duration {
        defer { current = min(current * 2, longest) }
        return current * random
    }

    /// Begins anew, after a success.
    mutating func reset() {
        current = shortest
    }
}
