package import DroverCore

/// How many processes a configuration wants, and the times they go by.
package struct HerdPlan: Equatable, Sendable {
    /// The times and limits.
    package var policy: ArbiterPolicy
    /// How many workers.
    package var workers: Int
    /// When each of the companions is there, from slot -1 down.
    package var companions: [CompanionPresence]

    package init(policy: ArbiterPolicy, workers: Int, companions: [CompanionPresence] = []) {
        self.policy = policy
        self.workers = workers
        self.companions = companions
    }

    /// What `settings` ask for, beside the companions that the server's plugins declare.
    package init(_ settings: Settings, companions: [CompanionPresence]) {
        self.init(policy: ArbiterPolicy(settings), workers: settings.workers.count, companions: companions)
    }

    /// The places of workers and of what is there from their start on.
    ///
    /// Workers' slots are from 0 up, companions' from -1 down.
    var posts: [Int] { Array(0..<workers) + slots(.aroundWorkers) }

    /// The places of what is there only while the workers accept.
    var announcers: [Int] { slots(.whileReady) }

    /// Whether the companion of `slot` is there only while the workers accept.
    func isAnnouncer(_ slot: Int) -> Bool { slot < 0 && companions[-1 - slot] == .whileReady }

    private func slots(_ presence: CompanionPresence) -> [Int] {
        companions.indices.filter { companions[$0] == presence }.map { -1 - $0 }
    }
}
