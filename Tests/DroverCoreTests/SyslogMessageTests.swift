import Testing

@testable import DroverCore

@Suite struct SyslogMessageTests {
    @Test(arguments: ["xé", "é", "x€", "xx€", "€", "xx😀", "x😀", "xxx😀", "😀"]) func noCharacterIsCutInTwo(text: String) {
        let message = Array(String(repeating: text, count: 20).utf8)
        for limit in 10...20 {
            let cut = SyslogSink.cut(message, to: limit)
            #expect((limit - 3...limit).contains(cut.count))
            let kept = String(decoding: cut, as: UTF8.self)
            #expect(kept.hasSuffix("...") && !kept.contains("\u{FFFD}"), "\(kept)")
        }
    }

    @Test func whatFitsStaysAsItIsAndWhatIsNoTextIsCutToo() {
        let short = Array("0123456789".utf8)
        #expect(SyslogSink.cut(short, to: 10) == short)
        #expect(SyslogSink.cut(short, to: 9) == Array("012345...".utf8))
        #expect(SyslogSink.cut([UInt8](repeating: 0x80, count: 20), to: 10).count == 7)
    }
}
