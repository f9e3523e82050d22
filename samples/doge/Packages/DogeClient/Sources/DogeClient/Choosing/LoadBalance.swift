/// Which of several endpoints is asked.
public enum LoadBalance: String, Sendable, CaseIterable {
    /// One after the other.
    case roundRobin
    /// Any.
    case random
    /// The one on which the fewest calls of this client wait for replies.
    case leastInFlight
}

/// Chooses among candidates of which only the number of waiting calls is known.
struct Balancer<Generator: RandomNumberGenerator & Sendable>: Sendable {
    private let way: LoadBalance
    private var generator: Generator
    private var turn = 0

    init(_ way: LoadBalance, _ generator: Generator) {
        self.way = way
        self.generator = generator
    }

    /// Chooses one.
    ///
    /// - Parameter loads: How many calls wait at each of the candidates.
    /// - Returns: The chosen one's place; nil when there is none.
    mutating func choose(_ loads: [Int]) -> Int? {
        guard !loads.isEmpty else { return nil }
        switch way {
        case .random: return Int.random(in: loads.indices, using: &generator)
        case .roundRobin: return nextTurn(loads.count)
        case .leastInFlight:
            // Begins at another one each time, or the first of equals would get all there is.
            let start = nextTurn(loads.count)
            var best = start
            for step in 1..<max(loads.count, 2) {
                let place = (start + step) % loads.count
                if loads[place] < loads[best] { best = place }
            }
            return best
        }
    }

    private mutating func nextTurn(_ count: Int) -> Int {
        defer { turn = (turn + 1) % count }
        return turn % count
    }
}
