import Testing

@testable import DroverCore
@testable import DroverSystem

/// Input that is dealt with while the task listens.
@Suite struct ConnectionAttendantTests {
    /// Sends back what it gets, unless it is told to leave that.
    private final class Parrot: Attendant {
        let connection: Connection
        var leaves: UInt8?
        var nudges = false
        private(set) var calls = 0

        init(_ connection: Connection) {
            self.connection = connection
        }

        override func attend() -> Bool {
            calls += 1
            if nudges { connection.nudge() }
            return connection.withBuffered { bytes in
                if bytes.byteCount > 0, bytes.unsafeLoad(as: UInt8.self) == leaves { return false }
                connection.withOutput(reserving: bytes.byteCount) { $0.append(bytes: bytes) }
                connection.consume(bytes.byteCount)
                return true
            }
        }
    }

    /// A connection that is idle, with a parrot; each time its task waits, what is left of `arrivals` comes.
    private func attended(
        _ arrivals: [ScriptedPeer.Arrival], timeouts: TimeoutSettings = TimeoutSettings()
    ) async throws -> (ConnectionSample, Parrot) {
        let sample = try ConnectionSample([.bytes([0])] + arrivals, timeouts: timeouts)
        #expect(try await sample.connection.listen(limit: 100) == .input)
        sample.connection.consume(1)
        let parrot = Parrot(sample.connection)
        sample.connection.setAttendant(parrot)
        let peer = sample.peer
        sample.host.whileWaiting = { connection, _ in
            while connection.inputWaiter != nil, let next = peer.arrivals.first {
                if case .end = next { connection.deliver(.input(ended: true)) } else { connection.deliver(.readable) }
            }
            connection.interrupt(.timedOut)
        }
        return (sample, parrot)
    }

    @Test func taskSleepsWhileInputIsDealtWith() async throws {
        let (sample, parrot) = try await attended([.bytes([1]), .bytes([2, 3]), .bytes([4])])
        let waits = sample.host.waits.count
        #expect(try await sample.connection.listen(limit: 100, patience: 500) == .silence)
        #expect(parrot.calls == 3 && sample.host.waits.count == waits + 1)
        #expect(sample.peer.received == [1, 2, 3, 4], "and what it writes is sent")
    }

    @Test func whatIsLeftWakesTheTask() async throws {
        let (sample, parrot) = try await attended([.bytes([1]), .bytes([9]), .bytes([2])])
        parrot.leaves = 9
        #expect(try await sample.connection.listen(limit: 100) == .nudge)
        #expect(sample.connection.bufferedCount == 1 && sample.peer.received == [1])
        sample.connection.consume(1)
        #expect(try await sample.connection.listen(limit: 100, patience: 500) == .silence)
        #expect(sample.peer.received == [1, 2])
    }

    @Test func nudgeFromWithinIsHeardAfterwards() async throws {
        let (sample, parrot) = try await attended([.bytes([1])])
        parrot.nudges = true
        #expect(try await sample.connection.listen(limit: 100) == .nudge)
        parrot.nudges = false
        #expect(try await sample.connection.listen(limit: 100, patience: 500) == .silence)
        #expect(sample.peer.received == [1])
    }

    @Test func endAndDrainAreTheTasks() async throws {
        let (sample, parrot) = try await attended([.bytes([1]), .end])
        #expect(try await sample.connection.listen(limit: 100) == .end)
        #expect(parrot.calls == 1 && sample.peer.received == [1])
        let (draining, idler) = try await attended([.bytes([1])])
        draining.host.startDraining()
        #expect(try await draining.connection.listen(limit: 100) == .drain)
        #expect(try await draining.connection.listen(limit: 100) == .input)
        #expect(idler.calls == 0)
    }

    @Test func whoDoesNotReadHasNothingDealtWith() async throws {
        let (sample, parrot) = try await attended([.bytes([1])])
        sample.host.whileWaiting = { connection, _ in
            connection.deliver(.readable)
            connection.nudge()
        }
        #expect(try await sample.connection.listen(limit: 100, isReading: false) == .nudge)
        #expect(parrot.calls == 0 && sample.peer.received.isEmpty)
    }

    @Test func silenceIsCountedFromTheLastInput() async throws {
        let (sample, _) = try await attended([.bytes([1])])
        sample.host.whileWaiting = { connection, _ in
            sample.host.advance()
            connection.deliver(.readable)
            #expect(connection.waitDue == connection.monotonicClock + 500)
            connection.interrupt(.timedOut)
        }
        #expect(try await sample.connection.listen(limit: 100, patience: 500) == .silence)
    }

    @Test func momentStaysWhereItIs() async throws {
        let (sample, _) = try await attended([.bytes([1])])
        let moment = sample.connection.monotonicClock + 3
        sample.host.whileWaiting = { connection, _ in
            sample.host.advance()
            connection.deliver(.readable)
            #expect(connection.waitDue == moment, "although the silence may last longer by now")
            connection.interrupt(.timedOut)
        }
        #expect(try await sample.connection.listen(limit: 100, patience: 2, until: moment) == .moment)
    }
}
