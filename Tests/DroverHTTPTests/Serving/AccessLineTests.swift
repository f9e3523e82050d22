import DroverHTTPMessages
import DroverSystem
import Testing

@testable import DroverHTTP

@Suite struct AccessLineTests {
    @Test func requestThatWasNotUnderstoodHasALineToo() {
        let line = AccessLine(
            peer: .ipv4(0x7F00_0001, port: 4711), time: 1_795_414_325, request: nil, status: HTTPStatus(400),
            bodyBytes: 16)
        #expect(line.text == #"127.0.0.1 - - [23/Nov/2026:06:12:05 +0000] "-" 400 16 "-" "-""#)
    }

    @Test(arguments: [
        ("plain text", "plain text"), ("a\"b", #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\r\nb", #"a\x0d\x0ab"#),
        ("\u{1B}[31m", #"\x1b[31m"#), ("é", #"\xc3\xa9"#),
    ])
    func whatAPeerSendsStaysWithinItsQuotes(text: String, escaped: String) {
        #expect(AccessLine.escaped(text) == escaped)
    }

    @Test func logFormAgreesWithTheDateOfTheHead() {
        #expect(HTTPDate.logForm(seconds: 0) == "01/Jan/1970:00:00:00 +0000")
        #expect(HTTPDate.logForm(seconds: 951_782_399) == "28/Feb/2000:23:59:59 +0000")
        #expect(HTTPDate.logForm(seconds: -1) == "31/Dec/1969:23:59:59 +0000")
    }
}
