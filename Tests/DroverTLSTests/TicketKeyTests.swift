import DroverCore
import Testing

@testable import DroverTLS

@Suite struct TicketKeyTests {
    @Test func keysAreSharedByAllThatAreMadeOfOneArea() throws {
        let areas = SharedAreas()
        let first = try TicketKeys(areas, lifetime: 60)
        let began = first.rotatedAt
        #expect(began > 0)
        #expect(try TicketKeys(areas, lifetime: 60).rotatedAt == began, "the second finds what the first has made")
        #expect(try first.rotate(now: began + 5))
        #expect(try TicketKeys(areas, lifetime: 60).rotatedAt == began + 5)
    }

    @Test func lifetimesHaveKeysOfTheirOwn() throws {
        let areas = SharedAreas()
        let short = try TicketKeys(areas, lifetime: 1)
        let long = try TicketKeys(areas, lifetime: 43_200)
        let began = long.rotatedAt
        #expect(try short.rotate(now: short.rotatedAt + 1_000))
        #expect(long.rotatedAt == began, "whoever allows long sessions does not lose its keys to who does not")
    }
}
