import DroverSystem
import Testing

@testable import DroverCore

@Suite struct ConnectionReadingTests {
    private func text(_ bytes: [UInt8]?) -> String? {
        bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func readGivesWhatComesAsItComes() async throws {
        try await forEachDelivery(of: "some bytes") { sample async throws in
            var all: [UInt8] = []
            while let bytes = try await sample.connection.read() {
                #expect(!bytes.isEmpty)
                all += bytes
            }
            #expect(text(all) == "some bytes")
            #expect(sample.row.totals.bytesReceived == 10)
            #expect(sample.row.totals.errors == 0)
        }
        let whole = try ConnectionSample(pieces: [Array("some bytes".utf8)])
        #expect(text(try await whole.connection.read()) == "some bytes")
        let apart = try ConnectionSample(pieces: [Array("some".utf8), Array("bytes".utf8)])
        #expect(text(try await apart.connection.read()) == "some")
        #expect(text(try await apart.connection.read()) == "bytes")
        #expect(try await apart.connection.read() == nil)
        #expect(try await apart.connection.read() == nil, "the end stays the end")
    }

    @Test func readGivesNoMoreThanIsWantedAndKeepsTheRest() async throws {
        let sample = try ConnectionSample(pieces: [Array("abcdefg".utf8)])
        #expect(text(try await sample.connection.read(upTo: 3)) == "abc")
        #expect(sample.connection.bufferedCount == 4)
        #expect(text(try await sample.connection.read(upTo: 3)) == "def")
        #expect(text(try await sample.connection.read(upTo: 3)) == "g")
        #expect(try await sample.connection.read(upTo: 3) == nil)
    }

    @Test func exactCounts() async throws {
        try await forEachDelivery(of: "abcdefghijkl") { sample async throws in
            let connection = sample.connection
            #expect(text(try await connection.read(exactly: 4)) == "abcd")
            #expect(text(try await connection.read(exactly: 0)) == "")
            #expect(text(try await connection.read(exactly: 1)) == "e")
            #expect(text(try await connection.read(exactly: 7)) == "fghijkl")
            #expect(try await connection.read(exactly: 1) == nil)
            #expect(sample.row.totals.errors == 0)
        }
    }

    @Test func exactCountLargerThanABlock() async throws {
        let bytes = pattern(300_000)
        let pieces = stride(from: 0, to: bytes.count, by: 47_000).map { Array(bytes[$0...].prefix(47_000)) }
        let sample = try ConnectionSample(pieces: pieces)
        #expect(try await sample.connection.read(exactly: 200_000) == Array(bytes[..<200_000]))
        #expect(try await sample.connection.read(exactly: 100_000) == Array(bytes[200_000...]))
        #expect(try await sample.connection.read(exactly: 1) == nil)
    }

    @Test func endInTheMiddleIsAnError() async throws {
        try await forEachDelivery(of: "abc") { sample async throws in
            await #expect(throws: ConnectionError.endOfStream) { _ = try await sample.connection.read(exactly: 4) }
            #expect(sample.row.totals.errors == 1)
        }
        try await forEachDelivery(of: "no line") { sample async throws in
            await #expect(throws: ConnectionError.endOfStream) { _ = try await sample.connection.readLine() }
            #expect(sample.row.totals.errors == 1)
        }
    }

    @Test func lines() async throws {
        try await forEachDelivery(of: "one\r\ntwo\n\nthr\rée\r\r\n\r\n") { sample async throws in
            var lines: [String] = []
            while let line = try await sample.connection.readLine() { lines.append(line) }
            #expect(lines == ["one", "two", "", "thr\rée\r", ""])
            #expect(sample.row.totals.errors == 0)
        }
    }

    @Test func delimitersWithinTheLimit() async throws {
        try await forEachDelivery(of: "12345;1;;rest") { sample async throws in
            let connection = sample.connection
            let semicolon = UInt8(ascii: ";")
            #expect(text(try await connection.read(until: semicolon, limit: 5)) == "12345")
            #expect(text(try await connection.read(until: semicolon, limit: 5)) == "1")
            #expect(text(try await connection.read(until: semicolon, limit: 0)) == "")
            #expect(text(try await connection.read(exactly: 4)) == "rest")
            #expect(try await connection.read(until: semicolon, limit: 5) == nil)
        }
    }

    @Test func messageBeyondTheLimit() async throws {
        for message in ["123456;", "123456", "1234567890\n"] {
            try await forEachDelivery(of: message) { sample async throws in
                await #expect(throws: ConnectionError.messageTooLong(limit: 5)) {
                    _ = try await sample.connection.read(until: UInt8(ascii: ";"), limit: 5)
                }
            }
        }
        try await forEachDelivery(of: "123456\n") { sample async throws in
            await #expect(throws: ConnectionError.messageTooLong(limit: 5)) {
                _ = try await sample.connection.readLine(limit: 5)
            }
        }
        let sample = try ConnectionSample(pieces: [Array("1234567890".utf8), Array("1".utf8)])
        #expect(try await sample.connection.fill(limit: 10))
        await #expect(throws: ConnectionError.messageTooLong(limit: 10)) {
            _ = try await sample.connection.fill(limit: 10)
        }
    }

    @Test func peerThatNeverEndsItsLineCostsNoMoreThanTheLimit() async throws {
        let sample = try ConnectionSample(pieces: Array(repeating: [UInt8](repeating: 0x61, count: 10_000), count: 100))
        await #expect(throws: ConnectionError.messageTooLong(limit: 20_000)) {
            _ = try await sample.connection.readLine(limit: 20_000)
        }
        #expect(sample.row.totals.bytesReceived <= 30_000)
    }

    @Test func brokenConnection() async throws {
        let sample = try ConnectionSample([.bytes([0x61]), .failure(104)])
        #expect(text(try await sample.connection.read()) == "a")
        await #expect(throws: ConnectionError.reset(code: 104)) { _ = try await sample.connection.read() }
        #expect(sample.row.totals.errors == 1)
        #expect(try await sample.connection.read() == nil, "nothing comes after that")
    }

    @Test func repliesGoOutBeforeTheWait() async throws {
        let sample = try ConnectionSample(pieces: [[0x61]])
        try await sample.connection.write("reply")
        #expect(sample.peer.received.isEmpty)
        _ = try await sample.connection.read()
        #expect(sample.peer.taken == [Array("reply".utf8)])
    }

    @Test func nobodyAsksTheKernelWithoutCause() async throws {
        try await forEachDelivery(of: "some bytes") { sample async throws in
            while try await sample.connection.read() != nil {}
            #expect(sample.peer.emptyReceives == 0)
        }
    }

    @Test func idleConnectionHoldsNoMemoryAndAMessageInProgressDoes() async throws {
        let sample = try ConnectionSample()
        var held: [Int] = []
        sample.place.whileWaiting = { connection, _ in
            held.append(connection.heldMemory)
            switch held.count {
            case 1: sample.peer.arrive(.bytes([0x61, 0x0A]))
            case 2: sample.peer.arrive(.bytes([0x62]))
            case 3: sample.peer.arrive(.bytes([0x0A]))
            default: return connection.interrupt(.timedOut)
            }
            connection.deliver(.readable)
        }
        while let line = try await sample.connection.readLine() { try await sample.connection.write(line) }
        #expect(held == [0, 0, BufferPool.blockSize, 0])
        #expect(sample.peer.received == [0x61, 0x62])
    }
}
