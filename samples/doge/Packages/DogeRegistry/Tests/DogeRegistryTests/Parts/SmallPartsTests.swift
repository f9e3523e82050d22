import Testing

@testable import DogeRegistry

@Suite struct SmallPartsTests {
    @Test func linesAreTheSameHoweverTheBytesCome() throws {
        let bytes = Array("one\n\ntwo\nthree".utf8)
        for cut in bytes.indices {
            var splitter = LineSplitter(limit: 100)
            var lines = try splitter.append(Array(bytes[..<cut]))
            lines += try splitter.append(Array(bytes[cut...]))
            #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["one", "two"])
            #expect(try splitter.append([10]).count == 1)
        }
    }

    @Test func lineHasALimit() {
        var splitter = LineSplitter(limit: 4)
        #expect(throws: EtcdError.self) { try splitter.append(Array("12345".utf8)) }
    }

    @Test func pausesGrowToALimitAndDiffer() {
        var backoff = Backoff(from: .milliseconds(100), to: .milliseconds(300))
        #expect(backoff.next(1) == .milliseconds(100))
        #expect(backoff.next(0.5) == .milliseconds(100))
        #expect(backoff.next(1) == .milliseconds(300))
        #expect(backoff.next(1) == .milliseconds(300))
        backoff.reset()
        #expect(backoff.next(1) == .milliseconds(100))
    }

    @Test func prefixEndsBeforeTheNextKey() {
        #expect(EtcdClient.end(of: "/doge/rpc/test/").text == "/doge/rpc/test0")
    }

    @Test func keysAreDogesOwn() {
        #expect(RegistryKey.key(of: "test", node: "n1") == "/doge/rpc/test/n1")
    }
}
