import DogeServer
import Drover
import DroverTesting
import Testing

@testable import DogeServer

@Suite struct WriterPoolTests {
    let doge = DogeProtocol(.tested)
    let sum = DogeRequest(id: 1, method: "sum", arguments: [1, 2])

    /// Where the only spare writer's room lies; nil if there is none.
    private var room: UnsafeRawPointer? {
        let writer = doge.writers.take()
        defer { doge.writers.give(writer) }
        return writer.bytes.capacity > 0 ? writer.bytes.withUnsafeBytes { $0.baseAddress } : nil
    }

    /// Calls in several pieces, calls that run beside, and mistakes bring a writer back as short calls do.
    @Test func connectionsWriteIntoTheSameRoom() async throws {
        let pieces = [
            sum.encoded, Array(sum.encoded[..<5]), Array(sum.encoded[5...]),
            DogeRequest(id: 2, method: "later", arguments: [1]).encoded, DogeRequest(id: 3, method: "nope").encoded,
        ]
        #expect(room == nil)
        _ = try await doge.answers(pieces)
        let first = room
        #expect(first != nil)
        for _ in 0..<3 {
            #expect(try await doge.answers(pieces).replies.map(\.id) == [1, 1, 2, 3])
            #expect(room == first)
        }
    }

    /// What one connection has left unfinished is none of the next one's business.
    @Test func nothingIsLeftForTheNextConnection() async throws {
        let whole = DogeReply(id: 1, result: 3)
        for unfinished in [
            [Array(sum.encoded[..<5])], [sum.encoded, Array(sum.encoded[..<1])], [[0x94, 0, 1, 0xC1]],
            [DogeRequest(id: 4, method: "slow").encoded, Array(sum.encoded[..<7])],
        ] {
            _ = try await doge.answers(unfinished)
            #expect(try await doge.answers([sum.encoded]).replies == [whole])
            let spare = doge.writers.take()
            #expect(spare.bytes.isEmpty)
            doge.writers.give(spare)
        }
    }

    @Test func roomOfALongReplyIsLetGo() async throws {
        let long = DogeRequest(id: 1, method: "bytes", arguments: [.binary(Array(repeating: 9, count: 200_000))])
        #expect(try await doge.answers([long.encoded]).replies.map(\.error) == [nil])
        #expect(room == nil)
    }
}
