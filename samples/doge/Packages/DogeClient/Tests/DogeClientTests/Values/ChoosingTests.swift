import NIOCore
import Testing

@testable import DogeClient

/// Which endpoint is asked, and which is not.
struct ChoosingTests {
    @Test func roundRobinTakesTurns() {
        var balancer = Balancer(.roundRobin, SystemRandomNumberGenerator())
        #expect((0..<6).map { _ in balancer.choose([9, 0, 0]) } == [0, 1, 2, 0, 1, 2])
        #expect(balancer.choose([]) == nil)
        #expect((0..<3).map { _ in balancer.choose([0]) } == [0, 0, 0])
    }

    @Test func randomIsEven() {
        var balancer = Balancer(.random, SystemRandomNumberGenerator())
        var counts = [0, 0, 0, 0]
        for _ in 0..<4_000 { counts[balancer.choose([9, 0, 0, 0]) ?? 0] += 1 }
        #expect(counts.allSatisfy { (800...1_200).contains($0) }, "\(counts)")
    }

    @Test func leastInFlightTakesTheLeastAndEqualsByTurns() {
        var balancer = Balancer(.leastInFlight, SystemRandomNumberGenerator())
        for _ in 0..<5 { #expect(balancer.choose([3, 1, 2]) == 1) }
        var counts = [0, 0, 0]
        for _ in 0..<30 { counts[balancer.choose([4, 4, 4]) ?? 0] += 1 }
        #expect(counts == [10, 10, 10])
        #expect(balancer.choose([7]) == 0)
    }

    @Test func waitsDoubleUpToALimit() {
        let backoff = Backoff(first: .milliseconds(50), limit: .seconds(2))
        let waits = [1, 2, 3, 6, 7, 1_000_000].map { backoff.wait(after: $0, jitter: 1).nanoseconds / 1_000_000 }
        #expect(waits == [50, 100, 200, 1_600, 2_000, 2_000])
        #expect(backoff.wait(after: 1, jitter: 0) == .milliseconds(25))
    }

    @Test func anEndpointIsEjectedAfterFailuresInARow() {
        var health = EndpointHealth(limit: 3, backoff: Backoff(first: .milliseconds(50), limit: .seconds(2)))
        #expect(health.failed(jitter: 1) == nil)
        #expect(health.failed(jitter: 1) == nil)
        let isNews = health.replied()
        #expect(!isNews)
        #expect(health.failed(jitter: 1) == nil)
        let connected = health.connected()
        #expect(!connected, "a server that hangs is connected to as well")
        #expect(health.failed(jitter: 1) == nil)
        #expect(health.failed(jitter: 1) == .milliseconds(50))
        #expect(health.isEjected)
    }

    @Test func anEjectedEndpointIsProbedForEver() {
        var health = EndpointHealth(limit: 1, backoff: Backoff(first: .milliseconds(50), limit: .seconds(2)))
        let waits = (0..<100).map { _ in health.failed(jitter: 1) }
        #expect(waits[1] == .milliseconds(100))
        #expect(waits.allSatisfy { $0 != nil })
        #expect(waits[99] == .seconds(2))
        var isBack = health.connected()
        #expect(isBack && !health.isEjected)
        // On trial, one failure is enough, and the wait stays long.
        #expect(health.failed(jitter: 1) == .seconds(2))
        #expect(health.isEjected)
        isBack = health.connected()
        let isNews = health.replied()
        #expect(isBack && !isNews)
        #expect(health.failed(jitter: 1) == .milliseconds(50), "a reply has ended it")
    }
}
