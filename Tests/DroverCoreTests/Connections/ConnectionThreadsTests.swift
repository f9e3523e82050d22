import Testing

@testable import DroverCore
@testable import DroverSystem

@Suite struct ConnectionThreadsTests {
    @Test func whatIsReportedMeanwhileIsHandedOnOnce() throws {
        let connection = try ConnectionSample().connection
        #expect(!connection.takeHeld(for: .input), "there was nothing")
        connection.hold(.readable)
        #expect(!connection.mayHaveInput, "the task may be running")
        #expect(connection.takeHeld(for: .input))
        #expect(connection.mayHaveInput)
        #expect(!connection.takeHeld(for: .input))
    }

    @Test func reportsAddUp() throws {
        let connection = try ConnectionSample().connection
        connection.hold(.room)
        connection.hold(.input(ended: true))
        #expect(connection.takeHeld(for: .output))
        #expect(connection.mayHaveInput && connection.peerEnded && connection.mayHaveRoom)
    }

    @Test func whatConcernsTheOtherDirectionIsNotedAndNotWaitedFor() throws {
        let connection = try ConnectionSample().connection
        connection.hold(.room)
        #expect(!connection.takeHeld(for: .input))
        #expect(connection.mayHaveRoom && !connection.mayHaveInput)
    }

    @Test func connectionIsBusyWhileItsTaskRuns() async throws {
        let sample = try ConnectionSample()
        // Its task has it for as long as this one waits for it.
        nonisolated(unsafe) let connection = sample.connection
        connection.endTask()
        #expect(!connection.isBusy, "nobody serves it")
        sample.place.whileWaiting = { connection, _ in
            #expect(!connection.isBusy, "its task waits for the socket")
            connection.interrupt(.timedOut)
        }
        connection.beginTask()
        connection.task = Task {
            #expect(connection.isBusy)
            _ = try? await connection.fill()
        }
        await connection.task?.value
    }

    @Test func nobodyGivesWayWhereNobodyWaits() async throws {
        let sample = try ConnectionSample()
        try await sample.connection.write("gathered")
        try await sample.connection.giveWay()
        #expect(sample.peer.sendCalls == 0)
    }

    @Test func ledgerOfSeveralThreadsLosesNothing() async throws {
        let row = try Scoreboard(capacity: 1).row(0)
        row.occupy(slot: 0, generation: 1, now: 1)
        let ledger = Ledger(row: row, isShared: true)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let label = [UInt8(ascii: "x")]
                    for _ in 0..<2_000 {
                        let entry = ledger.begin(at: 1, connection: UInt64(number), label: label.span.bytes)
                        ledger.count(.bytesSent, 3)
                        ledger.end(entry: entry, startedAt: 1)
                    }
                }
            }
        }
        #expect(ledger.requests == 16_000 && row.inFlight == 0 && row.inFlightRequests.isEmpty)
        #expect(row.totals.bytesSent == 48_000)
        #expect(row.totals.latency.reduce(0, +) == 16_000)
    }
}
