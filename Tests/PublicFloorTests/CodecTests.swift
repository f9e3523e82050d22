import DroverBytes
import DroverHTTPMessages
import DroverLineRPCMessages
import DroverUWSGI
import Testing

/// The codecs of our protocols, as values that any code can feed.
@Suite struct CodecTests {
    @Test func headIsReadInPlaces() throws {
        let bytes = Array("GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        var parser = HeadParser()
        var head = RequestHead()
        #expect(try !parser.parse(bytes.span.bytes.extracting(first: 20), limits: HeadLimits(), into: &head))
        #expect(try parser.parse(bytes.span.bytes, limits: HeadLimits(), into: &head))
        #expect(String(decoding: bytes.span.bytes.extracting(head.target.range)) == "/a?b")
        #expect(head.byteCount == bytes.count && head.version == .http11 && !head.hasBody)
    }

    @Test func chunksAreFound() throws {
        let bytes = Array("5\r\nhello\r\n0\r\n\r\n".utf8)
        var decoder = ChunkedDecoder()
        #expect(try decoder.next(bytes.span.bytes, from: 0) == .data(3..<8))
    }

    @Test func packetIsReadInPlaces() throws {
        let bytes: [UInt8] = [0, 5, 0, 0, 1, 0, 0x61, 0, 0]
        var decoder = PacketDecoder()
        var variables = FieldTable()
        #expect(try decoder.decode(bytes.span.bytes, PacketLimits(), into: &variables) == 4..<9)
        #expect(variables.map(\.name.range) == [2..<3])
    }

    @Test func messageIsFramedScannedAndWritten() throws {
        let bytes = Array("{\"jsonrpc\":\"2.0\",\"method\":\"sum\",\"id\":7}\n".utf8)
        var framer = MessageFramer(.line, limit: 100)
        guard case .message(let range, let taken) = framer.next(bytes.span.bytes) else {
            Issue.record("there was no message")
            return
        }
        #expect(taken == bytes.count)
        let message = bytes.span.bytes.extracting(range)
        var scanner = JSONScanner(maximumDepth: 8)
        let envelope = try Envelope(message, &scanner)
        #expect(envelope.method.map { JSONCoding.text($0, in: message) } == "sum")
        var writer = MessageWriter()
        writer.result(Array("3".utf8), id: message.extracting(try #require(envelope.id)))
        #expect(String(decoding: writer.bytes.span.bytes) == "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":3}")
    }
}
