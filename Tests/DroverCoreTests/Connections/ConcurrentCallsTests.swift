import Testing

@testable import DroverCore
@testable import DroverSystem

/// Calls that run beside each other and leave their outcomes for the connection's protocol.
@Suite struct ConcurrentCallsTests {
    /// Waits until the calls have left something; each of them nudges.
    private func ended(
        _ calls: inout ConcurrentCalls<String, Int>, _ count: Int = 1
    ) async throws -> [ConcurrentCalls<String, Int>.Ended] {
        var all: [ConcurrentCalls<String, Int>.Ended] = []
        for _ in 0..<2_000 where all.count < count {
            all += calls.takeEnded()
            try await Task.sleep(for: .milliseconds(1))
        }
        return all
    }

    private func sample(request: Duration = .zero) throws -> (connection: Connection, sample: ConnectionSample) {
        var timeouts = TimeoutSettings()
        timeouts.request = request
        let sample = try ConnectionSample([.bytes([1])], timeouts: timeouts)
        return (sample.connection, sample)
    }

    private func request(_ connection: Connection) -> OpenRequest {
        let label: [UInt8] = [0x61]
        return connection.openRequest(label.span.bytes)
    }

    @Test func outcomesComeAsCallsEnd() async throws {
        let (connection, sample) = try sample()
        var calls = ConcurrentCalls<String, Int>(connection)
        #expect(calls.isEmpty && calls.takeEnded().isEmpty)
        let (gate, opener) = AsyncStream.makeStream(of: Int.self)
        calls.start("slow", request(connection)) {
            for await number in gate { return number }
            return 0
        }
        calls.start("fast", request(connection)) { 1 }
        let first = try await ended(&calls)
        #expect(first.map(\.tag) == ["fast"] && calls.count == 1)
        #expect(try first.map { try $0.outcome.get() } == [1])
        // Whoever leaves something nudges, so that nobody has to look for it.
        #expect(try await connection.nextEvent(limit: 100) == .nudge)
        opener.yield(7)
        let second = try await ended(&calls)
        #expect(try second.map { try $0.outcome.get() } == [7])
        #expect(calls.isEmpty && calls.nextDeadline == .max)
        #expect(sample.row.totals.requests == 2)
    }

    @Test func whatACallThrowsIsItsOutcome() async throws {
        struct Refusal: Error {}
        let (connection, sample) = try sample()
        var calls = ConcurrentCalls<String, Int>(connection)
        calls.start("refused", request(connection)) { throw Refusal() }
        let first = try await ended(&calls)
        #expect(first.map(\.tag) == ["refused"] && calls.isEmpty)
        #expect(throws: Refusal.self) { try first.first?.outcome.get() }
        #expect(sample.row.totals.requests == 1)
    }

    @Test func deadlinesOfCallsThatHaveEndedAreForgotten() async throws {
        let (connection, _) = try sample()
        var calls = ConcurrentCalls<String, Int>(connection)
        calls.start("bounded", request(connection), patience: 60_000) { 1 }
        #expect(calls.nextDeadline < .max)
        let first = try await ended(&calls)
        #expect(first.count == 1 && calls.nextDeadline == .max)
        calls.start("free", request(connection)) { 2 }
        #expect(calls.nextDeadline == .max && calls.expire().isEmpty)
        let second = try await ended(&calls)
        #expect(second.count == 1)
    }

    @Test func lateCallsAreGivenBackOnce() async throws {
        let (connection, _) = try sample()
        var calls = ConcurrentCalls<String, Int>(connection)
        calls.start("late", request(connection), patience: 0) {
            try? await Task.sleep(for: .seconds(60))
            return 9
        }
        #expect(calls.nextDeadline == connection.monotonicClock)
        #expect(calls.expire().map(\.tag) == ["late"])
        #expect(calls.expire().isEmpty && calls.nextDeadline == .max)
        // It has been cancelled, and counts until it has noticed.
        #expect(calls.count == 1)
        let late = try await ended(&calls)
        #expect(late.map(\.isLate) == [true] && calls.isEmpty)
    }

    @Test func requestTimeoutIsADeadlineToo() async throws {
        let (connection, _) = try sample(request: .seconds(5))
        var calls = ConcurrentCalls<String, Int>(connection)
        calls.start("a", request(connection), patience: 60_000) { 1 }
        #expect(calls.nextDeadline <= connection.monotonicClock + 5_001)
        let first = try await ended(&calls)
        #expect(first.count == 1)
    }

    @Test func abandonedCallsAreCancelledAndClosed() async throws {
        let (connection, sample) = try sample()
        var calls = ConcurrentCalls<String, Int>(connection)
        calls.start("left", request(connection)) {
            try? await Task.sleep(for: .seconds(60))
            return 1
        }
        let left = await calls.abandon()
        #expect(left.map(\.tag) == ["left"])
        #expect(calls.isEmpty && sample.row.totals.requests == 1)
        #expect(calls.takeEnded().isEmpty)
    }
}
