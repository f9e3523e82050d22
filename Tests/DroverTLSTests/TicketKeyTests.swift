import DroverCore
import Testing

@testable import DroverTLS

@Suite struct TicketKeyTests {
    @Test func keysAreSharedByAllThatAreMadeOfOneArea() throws {
        let areas = SharedAreas()
        let first = try TicketKeys(areas)
        let began = first.rotatedAt
        #expect(began > 0)
        #expect(try TicketKeys(areas).rotatedAt == began, "the second finds what the first has made")
        #expect(try first.rotate(now: began + 5))
        #expect(try TicketKeys(areas).rotatedAt == began + 5)
    }
}
