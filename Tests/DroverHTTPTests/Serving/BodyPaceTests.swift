import Testing

@testable import DroverHTTPMessages

@Suite struct BodyPaceTests {
    @Test func silenceUsesUpTheGrace() {
        var patience = BodyPatience(BodyPace(rate: 1_000, grace: 5_000))
        #expect(patience.milliseconds == 5_000)
        patience.note(waited: 4_000, received: 0)
        #expect(patience.milliseconds == 1_000)
        patience.note(waited: 4_000, received: 0)
        #expect(patience.milliseconds == 0)
    }

    @Test func bytesEarnTime() {
        var patience = BodyPatience(BodyPace(rate: 1_000, grace: 5_000))
        patience.note(waited: 4_000, received: 2_000)
        #expect(patience.milliseconds == 3_000)
        // Whoever keeps the pace can go on for ever.
        for _ in 0..<1_000 { patience.note(waited: 1_000, received: 1_000) }
        #expect(patience.milliseconds == 3_000)
    }

    @Test func nobodySavesUpMoreThanTheGrace() {
        var patience = BodyPatience(BodyPace(rate: 1_000, grace: 5_000))
        patience.note(waited: 0, received: 1 << 40)
        #expect(patience.milliseconds == 5_000)
    }

    @Test func aByteNowAndThenIsNotEnough() {
        var patience = BodyPatience(BodyPace(rate: 240, grace: 30_000))
        patience.note(waited: 29_000, received: 1)
        #expect(patience.milliseconds.map { $0 <= 1_005 } == true)
    }

    @Test func anyPaceWillDo() {
        var patience = BodyPatience(BodyPace(rate: 0, grace: 5_000))
        patience.note(waited: 1 << 40, received: 0)
        #expect(patience.milliseconds == nil)
    }
}
