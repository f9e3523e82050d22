package import DroverCore

/// How many processes a configuration wants, and the times they go by.
package struct HerdPlan: Equatable, Sendable {
    /// The times and limits.
    package var policy: ArbiterPolicy
    /// How many workers.
    package var workers: Int
    /// How many companions.
    package var companions: Int

    package init(policy: ArbiterPolicy, workers: Int, companions: Int = 0) {
        self.policy = policy
        self.workers = workers
        self.companions = companions
    }

    /// What `settings` ask for, beside the companions that the server's plugins declare.
    package init(_ settings: Settings, companions: Int) {
        self.init(policy: ArbiterPolicy(settings), workers: settings.workers.count, companions: companions)
    }

    /// The places to be filled: workers' slots from 0 up, companions' from -1 down.
    var posts: [Int] { Array(0..<workers) + (0..<companions).map { -1 - $0 } }
}
