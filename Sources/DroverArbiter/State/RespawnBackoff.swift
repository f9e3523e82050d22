/// How long a slot waits before its next worker: not at all, then doubling while workers die young.
package struct RespawnBackoff: Equatable, Sendable {
    private static let first: Int64 = 100
    private static let longest: Int64 = 10_000

    /// How many workers in a row have died young.
    package private(set) var failures = 0
    /// Monotonic ms before which no worker is started.
    package private(set) var notBefore: Int64 = 0

    package init() {}

    /// Counts a worker that died young at `now`.
    package mutating func fail(now: Int64) {
        failures += 1
        notBefore = now + delay
    }

    /// Forgets: a worker has lived long enough, or was ended from outside.
    package mutating func reset() {
        failures = 0
        notBefore = 0
    }

    /// ms between the death and the next start.
    package var delay: Int64 {
        guard failures > 1 else { return 0 }
        return min(Self.first << Int64(min(failures - 2, 20)), Self.longest)
    }
}
