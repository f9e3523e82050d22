import Testing

@testable import DroverCore

/// What a step on lines is made of.
@Suite struct ConnectionLinesTests {
    /// A connection that has received `text`.
    private func sample(_ text: String) throws -> ConnectionSample {
        let sample = try ConnectionSample()
        try receive(text, sample)
        return sample
    }

    private func receive(_ text: String, _ sample: ConnectionSample) throws {
        sample.peer.arrive(.bytes(Array(text.utf8)))
        #expect(try sample.connection.receive(limit: 65_536) == true)
    }

    @Test func linesComeWithoutTheirEnds() throws {
        let connection = try sample("a\r\nb c\n\n\r\nd\re\nf").connection
        let lines = (0..<5).map { _ in connection.takeLine() }
        #expect(lines == ["a", "b c", "", "", "d\re"])
        #expect(connection.takeLine() == nil)
        #expect(connection.bufferedCount == 1)
    }

    @Test func halfALineStaysUntilItIsWhole() throws {
        let sample = try sample("ab")
        #expect(sample.connection.takeLine() == nil)
        #expect(sample.connection.bufferedCount == 2)
        try receive("c\r", sample)
        #expect(sample.connection.takeLine() == nil)
        try receive("\nd", sample)
        #expect(sample.connection.takeLine() == "abc")
        #expect(sample.connection.bufferedCount == 1)
    }

    @Test func aLineThatIsTooLongStaysForReadLine() async throws {
        let sample = try sample("abcd\nabcde\n")
        let connection = sample.connection
        #expect(connection.takeLine(limit: 3) == nil)
        #expect(connection.takeLine(limit: 4) == "abcd")
        #expect(connection.takeLine(limit: 4) == nil)
        #expect(connection.bufferedCount == 6)
        await #expect(throws: ConnectionError.messageTooLong(limit: 4)) { try await connection.readLine(limit: 4) }
        #expect(connection.takeLine(limit: .max) == "abcde")
    }

    @Test func whatIsNoTextIsReplaced() throws {
        let sample = try ConnectionSample([.bytes([0x61, 0xFF, 0x0A])])
        #expect(try sample.connection.receive(limit: 100) == true)
        #expect(sample.connection.takeLine() == "a\u{FFFD}")
    }

    @Test func theRequestOfAStepCounts() throws {
        struct Refusal: Error {}
        let sample = try sample("")
        let connection = sample.connection
        let label = "a label that is longer than a small text"
        #expect(connection.withRequest(label) { sample.row.inFlightRequests.map(\.label) } == [label])
        #expect(throws: Refusal.self) { try connection.withRequest("b") { throw Refusal() } }
        #expect(sample.row.totals.requests == 2)
        #expect(sample.row.inFlight == 0)
    }

    @Test func textIsGatheredAndSentLater() throws {
        let sample = try sample("")
        sample.connection.append("Grüße ")
        sample.connection.append("")
        sample.connection.append("5\n")
        #expect(sample.peer.received.isEmpty && sample.connection.pendingOutput == 10)
        #expect(sample.connection.flushAtOnce())
        #expect(String(decoding: sample.peer.received, as: UTF8.self) == "Grüße 5\n")
    }
}
