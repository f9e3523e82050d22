import Testing

@testable import DroverHTTPMessages

/// Every byte in every place of a head, against tables that are written as the RFCs write them.
@Suite struct CharacterTableTests {
    private static let letters = Set(UInt8(ascii: "a")...UInt8(ascii: "z")).union(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    private static let digits = Set(UInt8(ascii: "0")...UInt8(ascii: "9"))
    /// RFC 9110 section 5.6.2.
    private static let token = Set("!#$%&'*+-.^_`|~".utf8).union(letters).union(digits)
    /// RFC 9110 section 5.5: VCHAR, obs-text, space and tab.
    private static let value = Set(0x21...0x7E as ClosedRange<UInt8>).union(0x80...0xFF).union([0x20, 0x09])

    /// What RFC 3986 lets a URL have, the rest of visible ASCII, and bytes that clients should have escaped.
    private static let target = Set(0x21...0x7E as ClosedRange<UInt8>).union(0x80...0xFF)

    private func isAccepted(_ bytes: [UInt8]) -> Bool {
        let whole = ParsedHead.parse(bytes, lengths: [bytes.count])
        let single = ParsedHead.parse(bytes, lengths: Array(1...bytes.count))
        #expect(whole == single)
        if case .success(.some) = whole { return true }
        return false
    }

    private func head(_ before: String, _ byte: UInt8, _ after: String) -> [UInt8] {
        Array(before.utf8) + [byte] + Array(after.utf8)
    }

    @Test(arguments: UInt8.min...UInt8.max) func byteInItsPlace(_ byte: UInt8) {
        let rest = " / HTTP/1.1\r\nHost: a\r\n\r\n"
        // A method is a token of capitals; a space would end it, and make another request line of the whole.
        let isMethod = Self.token.contains(byte) && !(0x61...0x7A).contains(byte) && byte != 0x23
        #expect(isAccepted(head("GE", byte, "T" + rest)) == isMethod, "in the method")
        #expect(
            isAccepted(head("GET /a", byte, "b HTTP/1.1\r\nHost: a\r\n\r\n")) == Self.target.contains(byte),
            "in the target")
        for padding in ["", "a-name-of-more-than-sixteen-letters"] {
            let end = "\(padding)y: z\r\nHost: a\r\n\r\n"
            // A colon ends the name and begins the value, which may hold anything.
            #expect(
                isAccepted(head("GET / HTTP/1.1\r\n\(padding)x", byte, end))
                    == (Self.token.contains(byte) || byte == 0x3A), "in a name")
            #expect(
                isAccepted(head("GET / HTTP/1.1\r\nx: \(padding)y", byte, "\(padding)z\r\nHost: a\r\n\r\n"))
                    == Self.value.contains(byte), "in a value")
        }
        #expect(!isAccepted(head("GET / HTTP/1.", byte, "\r\nHost: a\r\n\r\n")) || [0x30, 0x31].contains(byte))
        let isLine = byte == 0x0D
        #expect(isAccepted(head("GET / HTTP/1.1", byte, "\nHost: a\r\n\r\n")) == isLine, "before the line's LF")
        #expect(isAccepted(head("GET / HTTP/1.1\r\nHost: a", byte, "\n\r\n")) == isLine, "before a field's LF")
        #expect(isAccepted(head("GET / HTTP/1.1\r\nHost: a\r\n", byte, "\n")) == isLine, "before the last LF")
    }
}
