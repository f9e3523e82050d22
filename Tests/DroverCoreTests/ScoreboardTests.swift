import DroverSystem
import Testing

@testable import DroverCore

@Suite struct ScoreboardTests {
    @Test func rowShowsWhatItsWorkerSays() throws {
        let board = try Scoreboard(capacity: 4)
        let row = board.row(2)
        #expect(row.state == .vacant)
        row.occupy(slot: 1, generation: 7, now: 50_000_000)
        row.setPID(42)
        #expect(row.state == .starting && row.slot == 1 && row.generation == 7 && row.pid == 42)
        row.setReady(now: 80_250_000)
        row.setConnections(3)
        #expect(row.state == .ready && row.readyAt == 80 && row.bootMicroseconds == 30_250 && row.connections == 3)
        #expect(board.row(1).connections == 0 && board.row(3).connections == 0, "rows do not overlap")
        row.vacate()
        #expect(row.state == .vacant && row.pid == 0)
    }

    @Test func requestsAreCountedTimedAndVisibleWhileTheyRun() throws {
        let row = try Scoreboard(capacity: 1).row(0)
        let ledger = Ledger(row: row)
        let label = Array("GET /hang?x=1".utf8)
        let start = MonotonicClock.nanoseconds() - 5_000_000
        let entry = ledger.begin(at: start, connection: 9, label: label.span.bytes)
        #expect(row.inFlight == 1)
        #expect(row.inFlightRequests == [InFlightRequest(startedAt: start, connection: 9, label: "GET /hang?x=1")])
        ledger.end(entry: entry, startedAt: start)
        #expect(row.inFlight == 0 && row.inFlightRequests.isEmpty)
        let totals = row.totals
        #expect(totals.requests == 1)
        #expect(totals.latency.reduce(0, +) == 1)
        #expect(totals.latencySum >= 5_000)
    }

    @Test func labelsOfEveryLengthComeBackUpToTheLimit() throws {
        let row = try Scoreboard(capacity: 1).row(0)
        let ledger = Ledger(row: row)
        for length in 0...100 {
            let text = String(repeating: "abcdefghij", count: 10).prefix(length)
            let entry = ledger.begin(at: 1, connection: 1, label: Array(text.utf8).span.bytes)
            #expect(row.inFlightRequests.first?.label == String(text.prefix(InFlightEntry.labelBytes)))
            ledger.end(entry: entry, startedAt: 1)
        }
    }

    @Test func moreRequestsThanEntriesStillCount() throws {
        let row = try Scoreboard(capacity: 1).row(0)
        let ledger = Ledger(row: row)
        let label: [UInt8] = [65]
        let entries = (0..<40).map { ledger.begin(at: Int64($0 + 1), connection: UInt64($0), label: label.span.bytes) }
        #expect(row.inFlight == 40)
        #expect(row.inFlightRequests.map(\.connection) == Array(0..<16))
        for (index, entry) in entries.enumerated() { ledger.end(entry: entry, startedAt: Int64(index + 1)) }
        #expect(row.inFlight == 0 && row.totals.requests == 40)
    }

    @Test func controlBytesOfAPeerDoNotReachTheLog() throws {
        let row = try Scoreboard(capacity: 1).row(0)
        let label: [UInt8] = [65, 10, 27, 200, 66]
        _ = Ledger(row: row).begin(at: 1, connection: 1, label: label.span.bytes)
        #expect(row.inFlightRequests.first?.label == "A???B")
    }

    @Test func dozeIsAnnouncedToOneWorkerOnly() throws {
        let board = try Scoreboard(capacity: 2)
        #expect(!board.shouldWakeArbiter())
        board.beginDozing()
        #expect(board.shouldWakeArbiter())
        #expect(!board.shouldWakeArbiter())
        board.beginDozing()
        board.endDozing()
        #expect(!board.shouldWakeArbiter())
    }

    @Test func histogramBucketsCoverEveryDurationInOrder() {
        var previous = 0
        for microseconds in 0..<100_000 {
            let bucket = LatencyHistogram.bucket(nanoseconds: Int64(microseconds) * 1000)
            #expect(bucket >= previous)
            #expect(UInt64(microseconds) < LatencyHistogram.upperBound(bucket))
            if bucket > 0 { #expect(UInt64(microseconds) >= LatencyHistogram.upperBound(bucket - 1)) }
            previous = bucket
        }
        #expect(LatencyHistogram.bucket(nanoseconds: .max) == LatencyHistogram.bucketCount - 1)
        #expect(LatencyHistogram.bucket(nanoseconds: -5) == 0)
    }

    @Test func quantilesComeFromTheBuckets() {
        var totals = ScoreboardTotals()
        #expect(totals.latencyQuantile(0.5) == nil)
        totals.latency[LatencyHistogram.bucket(nanoseconds: 10_000)] = 99
        totals.latency[LatencyHistogram.bucket(nanoseconds: 5_000_000)] = 1
        #expect(totals.latencyQuantile(0.5) == 12)
        #expect(totals.latencyQuantile(0.995) == 6144)
    }
}
