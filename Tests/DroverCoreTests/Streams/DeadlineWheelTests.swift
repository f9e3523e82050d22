import Testing

@testable import DroverCore

/// Entries as an event loop keeps them, with nothing else.
private struct Entries {
    var links: [DeadlineWheel.Links]
    var due: [Int64]
    let wheel: DeadlineWheel
    var now: Int64

    init(count: Int, now: Int64) {
        links = Array(repeating: DeadlineWheel.Links(), count: count)
        due = Array(repeating: .max, count: count)
        wheel = DeadlineWheel(now: now)
        self.now = now
    }

    mutating func insert(_ entry: Int, due deadline: Int64) {
        due[entry] = deadline
        let bucket = wheel.bucket(for: deadline)
        wheel.insert(Int32(entry), into: bucket) { index, body in body(&links[Int(index)]) }
    }

    mutating func remove(_ entry: Int) {
        wheel.remove(Int32(entry)) { index, body in body(&links[Int(index)]) }
    }

    /// Goes to `moment` and returns who was due, as a loop would find out.
    mutating func advance(to moment: Int64) -> [Int] {
        now = moment
        var fired: [Int] = []
        while let entry = wheel.nextDue(now: moment) {
            remove(Int(entry))
            if due[Int(entry)] <= moment { fired.append(Int(entry)) } else { insert(Int(entry), due: due[Int(entry)]) }
        }
        return fired
    }
}

@Suite struct DeadlineWheelTests {
    @Test func nothingIsEarlyAndNothingIsMoreThanABucketLate() {
        var entries = Entries(count: 300, now: 10_000)
        for index in 0..<300 { entries.insert(index, due: 10_000 + Int64(index) * 37 + 1) }
        var seen: Set<Int> = []
        var now: Int64 = 10_000
        while now < 25_000 {
            now += 16
            for entry in entries.advance(to: now) {
                #expect(entries.due[entry] <= now)
                #expect(now - entries.due[entry] <= DeadlineWheel.bucketMilliseconds + 16)
                #expect(seen.insert(entry).inserted)
            }
        }
        #expect(seen.count == 300)
        #expect(entries.wheel.nextMoment() == nil)
    }

    @Test func nextMomentIsWhenSomethingIsDue() throws {
        for start: Int64 in [0, 1, 65_535, 65_536, 1_000_003] {
            for distance: Int64 in [1, 127, 128, 129, 1_000, 30_000, 65_000] {
                var entries = Entries(count: 1, now: start)
                entries.insert(0, due: start + distance)
                let moment = try #require(entries.wheel.nextMoment())
                #expect(moment >= start + distance)
                #expect(moment <= start + distance + DeadlineWheel.bucketMilliseconds)
                #expect(entries.advance(to: moment) == [0])
            }
        }
    }

    @Test func deadlinesBeyondTheRingAreKept() throws {
        var entries = Entries(count: 1, now: 0)
        entries.insert(0, due: 600_000)
        var rounds = 0
        while true {
            let moment = try #require(entries.wheel.nextMoment())
            rounds += 1
            if entries.advance(to: moment) == [0] {
                #expect(moment >= 600_000 && moment <= 600_200)
                break
            }
        }
        #expect(rounds < 20)
    }

    @Test func removedEntriesAreGone() {
        var entries = Entries(count: 5, now: 0)
        for index in 0..<5 { entries.insert(index, due: 500) }
        entries.remove(4)
        entries.remove(0)
        entries.remove(2)
        entries.remove(2)
        #expect(entries.advance(to: 2_000).sorted() == [1, 3])
        #expect(entries.wheel.nextMoment() == nil)
    }

    @Test func earlierDeadlinesAreRecognised() {
        let wheel = DeadlineWheel(now: 1_000)
        let bucket = wheel.bucket(for: 5_000)
        #expect(wheel.isEarlier(2_000, than: bucket))
        #expect(!wheel.isEarlier(5_000, than: bucket))
        #expect(!wheel.isEarlier(9_000, than: bucket))
    }

    @Test func longSleepFiresEverythingOnce() {
        var entries = Entries(count: 100, now: 0)
        for index in 0..<100 { entries.insert(index, due: Int64(index) * 500 + 1) }
        #expect(entries.advance(to: 10_000_000).count == 100)
    }
}
