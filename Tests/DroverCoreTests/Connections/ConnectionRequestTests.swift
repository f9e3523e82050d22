import DroverSystem
import Testing

@testable import DroverCore

@Suite struct ConnectionRequestTests {
    private struct Failure: Error {}

    @Test func requestsAreCountedHoweverTheyEnd() async throws {
        let sample = try ConnectionSample()
        let row = sample.row
        let answer = await sample.connection.withRequest("GET /answer") { () async in
            #expect(row.inFlight == 1)
            #expect(row.inFlightRequests.map(\.label) == ["GET /answer"])
            #expect(row.inFlightRequests.map(\.connection) == [7])
            #expect(!sample.connection.isIdle)
            return 42
        }
        #expect(answer == 42)
        #expect(sample.connection.isIdle)
        await #expect(throws: Failure.self) {
            try await sample.connection.withRequest("GET /failure") { () async throws in throw Failure() }
        }
        #expect(row.inFlight == 0 && row.inFlightRequests.isEmpty)
        #expect(row.totals.requests == 2)
        #expect(row.totals.latency.reduce(0, +) == 2)
    }

    @Test func requestThatNobodyEndedEndsWithItsConnection() async throws {
        let sample = try ConnectionSample()
        sample.connection.beginRequest(RawSpan())
        await sample.connection.finish()
        #expect(sample.row.inFlight == 0)
        #expect(sample.row.totals.requests == 1)
        #expect(sample.peer.isClosed)
    }

    /// Serves `body` in a task that its connection knows, as a worker does.
    private func serve(
        _ sample: ConnectionSample, _ body: @escaping @Sendable (Connection) async -> Void
    ) async {
        // The task has it for as long as this one waits for it.
        nonisolated(unsafe) let connection = sample.connection
        let (start, gate) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in start { break }
            await body(connection)
        }
        connection.task = task
        gate.yield()
        await task.value
    }

    @Test func requestBeyondItsTimeIsCancelled() async throws {
        var timeouts = TimeoutSettings()
        timeouts.request = .milliseconds(700)
        let sample = try ConnectionSample([], timeouts: timeouts)
        let start = sample.host.clock.milliseconds
        await serve(sample) { connection in
            #expect(connection.due == .max)
            connection.withRequest("GET /slow") {
                #expect(connection.due == start + 700)
                connection.expire(now: start + 699)?.cancel()
                #expect(!Task.isCancelled && !connection.requestTimedOut)
                connection.expire(now: start + 700)?.cancel()
                #expect(Task.isCancelled && connection.requestTimedOut)
            }
        }
        #expect(sample.place.limited == 1)
    }

    @Test func requestInTimeIsLeftAlone() async throws {
        var timeouts = TimeoutSettings()
        timeouts.request = .milliseconds(700)
        let sample = try ConnectionSample([], timeouts: timeouts)
        let start = sample.host.clock.milliseconds
        await serve(sample) { connection in
            connection.withRequest("GET /quick") {}
            #expect(connection.due == .max)
            connection.expire(now: start + 10_000)?.cancel()
            #expect(!Task.isCancelled && !connection.requestTimedOut)
        }
    }

    @Test func withoutADeadlineARequestMayTakeForEver() async throws {
        let sample = try ConnectionSample()
        await serve(sample) { connection in
            connection.withRequest("GET /slow") {
                #expect(connection.due == .max)
                connection.expire(now: .max - 1)?.cancel()
                #expect(!Task.isCancelled)
            }
        }
        #expect(sample.place.limited == 0)
    }

    @Test func connectionOfACancelledTaskServesNoOtherRequest() async throws {
        var timeouts = TimeoutSettings()
        timeouts.request = .milliseconds(700)
        let sample = try ConnectionSample([], timeouts: timeouts)
        let start = sample.host.clock.milliseconds
        await serve(sample) { connection in
            connection.withRequest("GET /slow") { connection.expire(now: start + 700)?.cancel() }
            #expect(!connection.requestTimedOut, "there is no request")
            #expect(!connection.isReusable)
            await #expect(throws: Never.self) {
                let hasMore = try await connection.fill()
                #expect(!hasMore)
            }
        }
    }

    @Test func requestThatWaitsForInputIsWokenByItsDeadline() async throws {
        var timeouts = TimeoutSettings()
        timeouts.request = .milliseconds(700)
        let sample = try ConnectionSample([], timeouts: timeouts)
        let start = sample.host.clock.milliseconds
        let place = sample.place
        place.whileWaiting = { connection, _ in
            #expect(connection.due == start + 700)
            connection.expire(now: start + 700)?.cancel()
            guard connection.isAwaited else { return }
            Issue.record("the request's time is over, and it still waits for its peer")
            connection.interrupt(.stopping)
        }
        await serve(sample) { connection in
            await #expect(throws: ConnectionError.self) {
                try await connection.withRequest("POST /upload") { _ = try await connection.read(exactly: 10) }
            }
        }
    }

    @Test func clockKnowsWhenARequestHasEnded() async throws {
        let sample = try ConnectionSample([.bytes([1])])
        let start = sample.connection.monotonicClock
        sample.connection.beginRequest([1].span.bytes)
        while MonotonicClock.milliseconds() < start + 3 {}
        #expect(sample.connection.monotonicClock == start)
        sample.connection.endRequest()
        #expect(sample.connection.monotonicClock >= start + 3)
    }
}
