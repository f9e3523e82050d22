import DroverCore
import Testing

@Suite struct SharedCountersTests {
    @Test func theyBeginAtNothingAndAddUp() async throws {
        let counters = try SharedCounters(600)
        #expect(counters.count == 600 && (0..<600).allSatisfy { counters[$0] == 0 })
        counters.add(to: 599)
        counters.add(41, to: 599)
        #expect(counters[599] == 42 && counters[598] == 0)
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<1_000 { counters.add(to: 0) } }
            }
        }
        #expect(counters[0] == 4_000)
    }

    @Test func copiesAreTheSameNumbers() throws {
        let counters = try SharedCounters(1)
        let copy = counters
        copy.add(3, to: 0)
        #expect(counters[0] == 3)
    }
}
