import NIOCore
import Testing

@testable import DogeClient

/// Which connection a call gets, and when connections are tried.
struct PoolStateTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private let backoff = Backoff(first: .milliseconds(100), limit: .seconds(1))

    private func pool(_ size: Int, maxInFlight: Int = 10) -> PoolState {
        PoolState(size: size, maxInFlight: maxInFlight, backoff: backoff)
    }

    @Test func oneIsTriedAndThenTheOthers() {
        var pool = pool(3)
        #expect(pool.take(now: start) == (.wait, [0]))
        #expect(pool.take(now: start) == (.wait, []))
        pool.connected(0, now: start)
        #expect(pool.take(now: start) == (.use(0), [1, 2]))
        #expect(pool.take(now: start) == (.use(0), []))
        pool.connected(1, now: start)
        #expect(pool.take(now: start) == (.use(1), []))
        #expect(pool.inFlight == 3)
    }

    @Test func theOneWithTheFewestCallsIsTaken() {
        var pool = open(2)
        var counts = [0, 0]
        for _ in 0..<10 {
            guard case .use(let id) = pool.take(now: start).lease else { return }
            counts[id] += 1
        }
        #expect(counts == [5, 5])
        for _ in 0..<3 { _ = pool.giveBack(1, replied: true) }
        for _ in 0..<3 { #expect(pool.take(now: start).lease == .use(1)) }
        #expect(pool.take(now: start, avoiding: 0).lease == .use(1))
        #expect(pool.take(now: start, avoiding: 1).lease == .use(0))
    }

    @Test func whoFindsNoRoomWaits() {
        var pool = open(2, maxInFlight: 1)
        _ = pool.take(now: start)
        _ = pool.take(now: start)
        #expect(pool.take(now: start) == (.wait, []))
        _ = pool.giveBack(0, replied: true)
        // Avoided or not, it is the only one.
        #expect(pool.take(now: start, avoiding: 0).lease == .use(0))
    }

    @Test func afterAFailureThereIsAWait() {
        var pool = pool(3)
        var now = start
        for (number, wait) in [100, 200, 400, 800, 1000, 1000].enumerated() {
            #expect(pool.take(now: now) == (.wait, [number]))
            pool.connectFailed(number, now: now, jitter: 1)
            #expect(pool.take(now: now + .milliseconds(Int64(wait) - 1)) == (.unreachable, []))
            now = now + .milliseconds(Int64(wait))
        }
        _ = pool.take(now: now)
        pool.connected(6, now: now)
        #expect(pool.take(now: now) == (.use(6), [7, 8]))
        let closes = pool.giveBack(6, replied: true)
        #expect(!closes)
        pool.closed(6, now: now, jitter: 1)
        pool.connectFailed(7, now: now, jitter: 1)
        pool.connectFailed(8, now: now, jitter: 1)
        // A reply has ended the row of failures, and these are a new one.
        #expect(pool.take(now: now + .milliseconds(199)) == (.unreachable, []))
        #expect(pool.take(now: now + .milliseconds(200)) == (.wait, [9]))
    }

    @Test func aConnectionThatEndsAtOnceIsAFailure() {
        var pool = pool(1)
        _ = pool.take(now: start)
        pool.connected(0, now: start)
        pool.closed(0, now: start + .milliseconds(10), jitter: 1)
        #expect(pool.take(now: start + .milliseconds(10)) == (.unreachable, []))
    }

    @Test func aConnectionThatWasOfUseIsReplacedAtOnce() {
        var pool = open(1)
        _ = pool.take(now: start)
        _ = pool.giveBack(0, replied: true)
        pool.closed(0, now: start, jitter: 1)
        #expect(pool.take(now: start) == (.wait, [1]))
        pool.connected(1, now: start)
        // No call went over this one, but it has lived.
        pool.closed(1, now: start + .seconds(60), jitter: 1)
        #expect(pool.take(now: start + .seconds(60)) == (.wait, [2]))
    }

    @Test func aRetiredConnectionEndsWithItsLastCall() {
        var pool = open(2)
        let (first, second) = (pool.take(now: start).lease, pool.take(now: start).lease)
        #expect(Set([first, second].map { if case .use(let id) = $0 { id } else { -1 } }) == [0, 1])
        let closesAtOnce = pool.retire(0)
        #expect(!closesAtOnce)
        #expect(pool.take(now: start) == (.use(1), [2]))
        let closes = pool.giveBack(0, replied: true)
        #expect(closes)
        pool.closed(0, now: start, jitter: 0)
        let idle = pool.retire(2)
        #expect(!idle, "it is not open yet")
        pool.connected(2, now: start)
        let isIdle = pool.retire(2)
        #expect(isIdle)
    }

    private func open(_ size: Int, maxInFlight: Int = 10) -> PoolState {
        var pool = pool(size, maxInFlight: maxInFlight)
        _ = pool.take(now: start)
        pool.connected(0, now: start)
        let (_, more) = pool.take(now: start)
        _ = pool.giveBack(0, replied: false)
        for id in more { pool.connected(id, now: start) }
        return pool
    }
}
