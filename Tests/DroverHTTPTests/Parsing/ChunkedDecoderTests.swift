import Testing

@testable import DroverHTTPMessages

@Suite struct ChunkedDecoderTests {
    /// Data and what follows the coding, or why there is none.
    private struct Decoded: Equatable {
        var data = ""
        var end: Int?
    }

    private func decode(_ text: String, pieces: [Int]) -> Result<Decoded, ChunkedDecoder.Rejection> {
        let bytes = Array(text.utf8)
        var decoder = ChunkedDecoder()
        var data: [UInt8] = []
        var start = 0
        do {
            for end in pieces {
                let piece = Array(bytes[start..<end])
                var offset = 0
                steps: while true {
                    switch try decoder.next(piece.span.bytes, from: offset) {
                    case .data(let range):
                        data += piece[range]
                        offset = range.upperBound
                    case .more: break steps
                    case .end(let place):
                        return .success(Decoded(data: String(decoding: data, as: UTF8.self), end: start + place))
                    }
                }
                start = end
            }
            return .success(Decoded(data: String(decoding: data, as: UTF8.self), end: nil))
        } catch {
            return .failure(error)
        }
    }

    /// Decodes whole, byte by byte, and cut at every place; all must agree.
    private func decode(_ text: String) -> Result<Decoded, ChunkedDecoder.Rejection> {
        let count = text.utf8.count
        let expected = decode(text, pieces: [count])
        #expect(decode(text, pieces: Array(1...count)) == expected)
        for cut in 1..<count { #expect(decode(text, pieces: [cut, count]) == expected, "cut at \(cut)") }
        return expected
    }

    /// A coded body and the data in it.
    struct Good: CustomTestStringConvertible {
        let text: String
        let data: String

        init(_ text: String, _ data: String) {
            self.text = text
            self.data = data
        }

        var testDescription: String { text.debugDescription }
    }

    @Test(arguments: [
        Good("0\r\n", ""),
        Good("5\r\nhello\r\n0\r\n", "hello"),
        Good("5\r\nhello\r\n00006\r\n world\r\n0000\r\n", "hello world"),
        Good("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n", "01234567890123456789"),
        Good("5;a\r\nhello\r\n0;b=c\r\n", "hello"),
        Good("5;a=b;c=\"d e\\\"f\"\r\nhello\r\n0\r\n", "hello"),
        Good("5 ; a = b\r\nhello\r\n0\r\n", "hello"),
        Good("5\t;\ta\r\nhello\r\n0\r\n", "hello"),
    ])
    func isDecoded(_ body: Good) throws {
        #expect(try decode(body.text).get() == Decoded(data: body.data, end: body.text.utf8.count))
    }

    /// A coded body and what is wrong with it.
    struct Bad: CustomTestStringConvertible {
        let text: String
        let rejection: ChunkedDecoder.Rejection

        init(_ rejection: ChunkedDecoder.Rejection, _ text: String) {
            self.text = text
            self.rejection = rejection
        }

        var testDescription: String { String(text.debugDescription.prefix(40)) }
    }

    @Test(arguments: [
        Bad(.size, "\r\n"), Bad(.size, "g\r\n"), Bad(.size, "+5\r\nhello\r\n"), Bad(.size, "-5\r\n"),
        Bad(.size, " 5\r\nhello\r\n"), Bad(.size, "0x5\r\nhello\r\n"), Bad(.size, "5_0\r\n"), Bad(.size, ";a\r\n"),
        Bad(.size, "5\u{0}\r\n"),
        Bad(.lineEnd, "5\nhello\r\n"), Bad(.lineEnd, "5\r\rhello\r\n"), Bad(.lineEnd, "5;a\nhello"),
        Bad(.lineEnd, "5\r\nhello\rx"),
        Bad(.data, "5\r\nhellohello\r\n"), Bad(.data, "5\r\nhello\n"), Bad(.data, "4\r\nhello\r\n"),
        Bad(.chunkExtension, "5 \r\nhello\r\n"), Bad(.chunkExtension, "5;\r\nhello\r\n"),
        Bad(.chunkExtension, "5;a=\r\nhello"), Bad(.chunkExtension, "5;a b\r\nhello"),
        Bad(.chunkExtension, "5;a=\"\u{1}\"\r\n"), Bad(.chunkExtension, "5;a=\"b\"c\r\n"),
        Bad(.chunkExtension, "5;a=\"\r\n"), Bad(.chunkExtension, "5;a \r\nhello"),
        Bad(.chunkExtension, "5;=b\r\nhello"),
        Bad(.overflow, "8000000000000000\r\n"), Bad(.overflow, "fffffffffffffffff\r\n"),
        Bad(.line, String(repeating: "0", count: 1_025) + "5\r\nhello\r\n"),
        Bad(.line, "5;" + String(repeating: "a", count: 1_025) + "\r\nhello\r\n"),
    ])
    func isRefused(_ body: Bad) {
        #expect(decode(body.text) == .failure(body.rejection))
    }

    @Test func largestSizeIsNoOverflow() throws {
        #expect(try decode("7fffffffffffffff\r\nx").get() == Decoded(data: "x", end: nil))
    }
}
