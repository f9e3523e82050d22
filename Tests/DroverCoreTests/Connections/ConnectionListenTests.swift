import Testing

@testable import DroverCore
@testable import DroverSystem

/// How a task waits that has requests in progress beside it.
@Suite struct ConnectionListenTests {
    /// A connection whose peer has said something that was dealt with, so that it is between two messages.
    private func idle(
        _ arrivals: [ScriptedPeer.Arrival] = [], timeouts: TimeoutSettings = TimeoutSettings()
    ) async throws -> ConnectionSample {
        let sample = try ConnectionSample([.bytes([1])] + arrivals, timeouts: timeouts)
        #expect(try await sample.connection.nextEvent(limit: 100) == .input)
        sample.connection.consume(1)
        return sample
    }

    @Test func nudgeEndsTheWait() async throws {
        let sample = try await idle()
        sample.place.whileWaiting = { connection, _ in connection.nudge() }
        #expect(try await sample.connection.nextEvent(limit: 100) == .nudge)
        sample.place.whileWaiting = { connection, _ in connection.interrupt(.timedOut) }
        #expect(try await sample.connection.nextEvent(limit: 100, patience: 500) == .silence, "a nudge counts once")
    }

    @Test func nudgesAtWorkCountAsOneAndNoWaitBegins() async throws {
        let sample = try await idle()
        let waits = sample.place.waits.count
        sample.connection.nudge()
        sample.connection.nudge()
        #expect(try await sample.connection.nextEvent(limit: 100) == .nudge)
        #expect(sample.place.waits.count == waits)
        #expect(try await sample.connection.nextEvent(limit: 100, patience: 500) == .silence)
    }

    @Test func nudgeIsNothingToOtherWaits() async throws {
        let sample = try await idle([.bytes([2]), .end])
        sample.connection.nudge()
        #expect(try await sample.connection.fill())
        #expect(try await sample.connection.nextEvent(limit: 100) == .nudge)
    }

    @Test func inputComesBeforeANudge() async throws {
        let sample = try await idle([.bytes([2])])
        sample.connection.deliver(.readable)
        sample.connection.nudge()
        #expect(try await sample.connection.nextEvent(limit: 100) == .input)
        #expect(try await sample.connection.nextEvent(limit: 100) == .nudge)
    }

    @Test func patienceAndMoment() async throws {
        let sample = try await idle()
        let connection = sample.connection
        #expect(try await connection.nextEvent(limit: 100, patience: 500) == .silence)
        #expect(sample.place.waits.last?.patience == 500)
        let moment = connection.monotonicClock + 200
        #expect(try await connection.nextEvent(limit: 100, patience: 500, until: moment) == .moment)
        #expect(sample.place.waits.last?.patience == 200)
    }

    @Test func silentNewcomerHasTheTimeForAFirstByte() async throws {
        var timeouts = TimeoutSettings()
        timeouts.firstByte = .seconds(3)
        let sample = try ConnectionSample(timeouts: timeouts)
        #expect(try await sample.connection.nextEvent(limit: 100, patience: 500) == .silence)
        #expect(sample.place.waits.last?.patience == 3_000)
    }

    @Test func restOfAMessageHasItsTime() async throws {
        var timeouts = TimeoutSettings()
        timeouts.read = .seconds(7)
        let sample = try await idle([.bytes([2])], timeouts: timeouts)
        #expect(try await sample.connection.nextEvent(limit: 100, patience: 500) == .input)
        await #expect(throws: ConnectionError.timedOut(.read)) {
            try await sample.connection.nextEvent(limit: 100, patience: 500)
        }
        #expect(sample.place.waits.last?.patience == 7_000)
    }

    @Test func bufferHasALimit() async throws {
        let sample = try await idle([.bytes([2, 3])])
        #expect(try await sample.connection.nextEvent(limit: 2) == .input)
        await #expect(throws: ConnectionError.messageTooLong(limit: 2)) {
            try await sample.connection.nextEvent(limit: 2)
        }
    }

    @Test func drainIsSaidOnce() async throws {
        let sample = try await idle()
        sample.host.startDraining()
        #expect(try await sample.connection.nextEvent(limit: 100) == .drain)
        #expect(!sample.connection.prepareToEnd(), "who has heard of it is left alone")
        #expect(try await sample.connection.nextEvent(limit: 100, patience: 500) == .silence)
    }

    @Test func whoDoesNotReadLeavesInputWhereItIs() async throws {
        let sample = try await idle([.bytes([2])])
        sample.connection.deliver(.readable)
        sample.place.whileWaiting = { connection, _ in connection.nudge() }
        #expect(try await sample.connection.nextEvent(limit: 100, isReading: false, patience: 1) == .nudge)
        #expect(sample.connection.bufferedCount == 0)
        #expect(sample.place.waits.last?.patience ?? 0 > 1 << 40, "nor is the peer's silence counted")
        #expect(try await sample.connection.nextEvent(limit: 100) == .input)
    }

    @Test func outputLeavesBeforeTheWait() async throws {
        let sample = try await idle()
        try await sample.connection.write("reply")
        #expect(try await sample.connection.nextEvent(limit: 100, patience: 500) == .silence)
        #expect(sample.peer.received == Array("reply".utf8))
    }

    @Test func requestsThatOverlapAreCounted() async throws {
        var timeouts = TimeoutSettings()
        timeouts.request = .seconds(2)
        let sample = try ConnectionSample(timeouts: timeouts)
        let label: [UInt8] = Array("one".utf8)
        let first = sample.connection.openRequest(label.span.bytes)
        let second = sample.connection.openRequest(label.span.bytes)
        #expect(first.deadline - sample.connection.monotonicClock == 2_000)
        #expect(sample.row.totals.requests == 0 && sample.row.inFlightRequests.count == 2)
        sample.connection.closeRequest(first)
        #expect(sample.row.totals.requests == 1 && sample.row.inFlightRequests.map(\.label) == ["one"])
        sample.connection.closeRequest(second)
        #expect(sample.row.totals.requests == 2 && sample.row.inFlightRequests.isEmpty)
    }
}
