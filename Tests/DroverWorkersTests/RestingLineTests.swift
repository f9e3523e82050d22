import Testing

@testable import DroverWorkers

/// When a worker without room looks for connections that rest.
@Suite struct RestingLineTests {
    @Test func firstLookIsDueAsSoonAsAConnectionRests() {
        let line = RestingLine()
        #expect(line.isLookDue(now: 0, someRest: true))
        #expect(!line.isLookDue(now: 1_000_000, someRest: false))
    }

    @Test func nextLookComesWhenARestCanBeLongEnough() {
        var line = RestingLine()
        line.look(at: ConnectionTable(), now: 5_000)
        #expect(line.nextLook(someRest: false) == .max, "there was none")
        #expect(line.nextLook(someRest: true) == 5_100, "it began after the look")
        #expect(!line.isLookDue(now: 5_099, someRest: true))
        #expect(line.isLookDue(now: 5_100, someRest: true))
    }
}
