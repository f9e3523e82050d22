import DroverSystem
import Testing

@testable import DroverCore

/// A connection that a handler has taken over: its own deadline, the drain, and its place in the worker's count.
@Suite struct ConnectionTakeoverTests {
    /// A connection that was taken over behind its first message.
    private func taken(_ arrivals: [ScriptedPeer.Arrival] = []) async throws -> ConnectionSample {
        var timeouts = TimeoutSettings()
        timeouts.takeover = .seconds(9)
        timeouts.read = .seconds(3)
        let sample = try ConnectionSample([.bytes([1])] + arrivals, timeouts: timeouts)
        #expect(try await sample.connection.read() == [1])
        sample.connection.holdOpen()
        return sample
    }

    private func patience(_ sample: ConnectionSample) -> Int64? { sample.place.waits.last?.patience }

    // MARK: Silence

    @Test func silenceEndsTheWaitAndNotTheConnection() async throws {
        let sample = try await taken()
        #expect(try await !sample.connection.fill())
        #expect(patience(sample) == 9_000 && !sample.connection.peerEnded && sample.row.totals.errors == 0)
        try await sample.connection.write("still there?")
        sample.peer.arrive(.bytes([2]))
        #expect(try await sample.connection.read() == [2], "the handler may ask, and wait again")
        #expect(patience(sample) == 9_000 && sample.peer.received == Array("still there?".utf8))
    }

    @Test func peersEndIsAnotherThing() async throws {
        let sample = try await taken([.end])
        #expect(try await !sample.connection.fill())
        #expect(sample.connection.peerEnded)
    }

    @Test func handlerBoundsOneWaitAsItLikes() async throws {
        let sample = try await taken()
        for milliseconds: Int64 in [20, 3_600_000] {
            sample.connection.boundWait(milliseconds: milliseconds)
            #expect(try await !sample.connection.fill())
            #expect(patience(sample) == milliseconds)
            #expect(try await !sample.connection.fill())
            #expect(patience(sample) == 9_000, "the next wait is as usual")
        }
        sample.connection.boundWait(milliseconds: 20)
        sample.peer.arrive(.bytes([2]))
        #expect(try await sample.connection.fill() && patience(sample) == 20)
        await #expect(throws: ConnectionError.timedOut(.read)) { try await sample.connection.fill() }
        #expect(patience(sample) == 9_000, "input ends the bound too")
    }

    @Test func requestOfTheHandlersHasTheTimeOfOne() async throws {
        let sample = try await taken()
        await #expect(throws: ConnectionError.timedOut(.read)) {
            try await sample.connection.withRequest("own") { try await sample.connection.fill() }
        }
        #expect(patience(sample) == 3_000)
    }

    @Test func eventsHaveTheSameDeadline() async throws {
        let sample = try await taken()
        #expect(try await sample.connection.nextEvent(limit: 100) == .silence)
        #expect(patience(sample) == 9_000)
        #expect(try await sample.connection.nextEvent(limit: 100, patience: 50) == .silence)
        #expect(patience(sample) == 50)
        sample.connection.boundWait(milliseconds: 20)
        #expect(try await sample.connection.nextEvent(limit: 100) == .silence)
        #expect(patience(sample) == 20)
        sample.place.whileWaiting = { connection, _ in connection.nudge() }
        #expect(try await sample.connection.nextEvent(limit: 100, patience: .max) == .nudge)
        #expect(patience(sample) ?? 0 > 1 << 40, "for ever, if the handler says so")
    }

    // MARK: The drain

    @Test func drainIsHeardOnceAndBehindALookForInput() async throws {
        let sample = try await taken([.bytes([2])])
        sample.host.startDraining()
        #expect(sample.connection.isDraining)
        #expect(try await sample.connection.read() == [2], "it was on its way")
        #expect(try await sample.connection.read() == nil)
        #expect(!sample.connection.peerEnded)
        sample.peer.arrive(.bytes([3]))
        #expect(try await sample.connection.read() == [3], "the peer's answer to a goodbye")
        #expect(!sample.connection.prepareToEnd(), "who has heard of it is left alone")
    }

    @Test func drainWakesAWait() async throws {
        for half in [[], [UInt8(ascii: "h")]] {
            let sample = try await taken(half.isEmpty ? [] : [.bytes(half)])
            sample.place.whileWaiting = { connection, _ in
                if !half.isEmpty, connection.bufferedCount == 0 { return connection.deliver(.readable) }
                sample.host.startDraining()
                #expect(!connection.prepareToEnd())
            }
            #expect(try await sample.connection.readLine() == nil, "in the middle of a line too")
            #expect(sample.connection.bufferedCount == half.count && sample.row.totals.errors == 0)
            #expect(sample.place.waits.count == (half.isEmpty ? 2 : 3), "it waits no more")
        }
    }

    @Test func peerThatNeverPausesCannotHideIt() async throws {
        let sample = try await taken(Array(repeating: .bytes([2]), count: 20))
        sample.host.startDraining()
        var events: [Arrival] = []
        while events.last != .drain, events.count < 20 {
            sample.connection.deliver(.readable)
            events.append(try await sample.connection.nextEvent(limit: 100))
        }
        #expect(events == [.input, .drain])
    }

    @Test func takeoverInADrainHearsOfItAsWell() async throws {
        let sample = try ConnectionSample([.bytes([1])])
        #expect(try await sample.connection.nextEvent(limit: 100) == .input)
        sample.connection.consume(1)
        sample.host.startDraining()
        #expect(try await sample.connection.nextEvent(limit: 100) == .drain)
        sample.connection.holdOpen()
        #expect(try await sample.connection.read() == nil && !sample.connection.peerEnded)
    }

    // MARK: The count

    @Test func workerCountsIt() async throws {
        let sample = try await taken()
        #expect(sample.row.takenOver == 1)
        sample.connection.withRequest("own") { #expect(sample.row.takenOver == 1) }
        sample.connection.lingerAtEnd()
        await sample.connection.finish()
        #expect(sample.row.takenOver == 0, "what lingers is not served any more")
        let lost = try await taken()
        lost.connection.beginRequest([1].span.bytes)
        lost.connection.abandon()
        #expect(lost.row.takenOver == 0)
    }
}
