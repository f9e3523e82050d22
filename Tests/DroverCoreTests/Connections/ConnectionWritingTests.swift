import DroverBytes
import DroverSystem
import Glibc
import Testing

@testable import DroverCore

@Suite struct ConnectionWritingTests {
    @Test func smallPiecesAreGatheredIntoOneSend() async throws {
        let sample = try ConnectionSample()
        let connection = sample.connection
        try await connection.write("one ")
        try await connection.write([])
        connection.withOutput(reserving: 4) { for byte in "two ".utf8 { $0.append(byte) } }
        try await connection.write(Array("three".utf8))
        #expect(connection.pendingOutput == 13)
        #expect(sample.peer.sendCalls == 0)
        try await connection.flush()
        #expect(sample.peer.taken == [Array("one two three".utf8)])
        #expect(connection.pendingOutput == 0)
        try await connection.flush()
        #expect(sample.peer.sendCalls == 1, "nothing to send, no send")
        #expect(sample.row.totals.bytesSent == 13)
    }

    @Test func gatheringHasALimit() async throws {
        let sample = try ConnectionSample()
        let block = pattern(65_536)
        try await sample.connection.write(block)
        #expect(sample.peer.sendCalls == 0)
        try await sample.connection.write([1])
        #expect(sample.peer.taken == [block + [1]], "both at once")
        #expect(sample.connection.pendingOutput == 0)
    }

    @Test(arguments: [
        [nil], [1], [7, 0], [0, 0, 3, 65_536], [4, 5, 6, 0, 100_000], [1_000_000], [nil, 0],
    ])
    func largeWriteArrivesOnceAndInOrder(_ appetite: [Int?]) async throws {
        // A peer that takes a byte at a time gets less, so that the test ends.
        let bytes = pattern(appetite == [1] ? 70_000 : 300_000)
        let sample = try ConnectionSample()
        sample.peer.appetite = appetite
        try await sample.connection.write("head:")
        try await sample.connection.write(bytes)
        try await sample.connection.write("tail")
        try await sample.connection.flush()
        #expect(sample.peer.received == Array("head:".utf8) + bytes + Array("tail".utf8))
        #expect(sample.row.totals.bytesSent == UInt64(bytes.count + 9))
        if !appetite.contains(0) { #expect(sample.place.waits.isEmpty) }
        #expect(sample.place.waits.allSatisfy { $0.interest == .output && $0.patience == 30_000 })
    }

    @Test(arguments: [[nil], [1], [2, 0, 5]])
    func flushGoesOnWhereThePeerStopped(_ appetite: [Int?]) async throws {
        let sample = try ConnectionSample()
        sample.peer.appetite = appetite
        let bytes = pattern(1000)
        try await sample.connection.write(bytes)
        try await sample.connection.flush()
        #expect(sample.peer.received == bytes)
        #expect(sample.connection.pendingOutput == 0)
    }

    /// A file without a name that holds `bytes`.
    private func file(_ bytes: [UInt8]) -> Descriptor {
        var path = Array("/tmp/drover-test-XXXXXX".utf8CString)
        let number = mkstemp(&path)
        unlink(path)
        precondition(pwrite(number, bytes, bytes.count, 0) == bytes.count)
        return Descriptor(owning: number)
    }

    @Test(arguments: [[nil], [1], [2, 0, 4096]])
    func fileFollowsWhatWasGathered(_ appetite: [Int?]) async throws {
        let sample = try ConnectionSample()
        sample.peer.appetite = appetite
        let bytes = pattern(10_000)
        let file = file(bytes)
        try await sample.connection.write("head:")
        try await sample.connection.sendFile(file, offset: 100, count: 9_000)
        try await sample.connection.write(":tail")
        try await sample.connection.flush()
        #expect(sample.peer.received == Array("head:".utf8) + bytes[100..<9_100] + Array(":tail".utf8))
        #expect(sample.row.totals.bytesSent == 9_010)
    }

    @Test func fileThatIsTooShort() async throws {
        let sample = try ConnectionSample()
        let file = file(pattern(50))
        await #expect(throws: ConnectionError.endOfStream) {
            try await sample.connection.sendFile(file, offset: 10, count: 41)
        }
        #expect(sample.peer.received == Array(pattern(50)[10...]))
    }

    @Test func peerThatTakesNothing() async throws {
        for size in [10, 100_000] {
            let sample = try ConnectionSample()
            sample.peer.appetite = [4, 0, 0]
            sample.place.whileWaiting = { connection, _ in connection.interrupt(.timedOut) }
            await #expect(throws: ConnectionError.timedOut(.write)) {
                try await sample.connection.write(pattern(size))
                try await sample.connection.flush()
            }
            #expect(sample.place.waits == [.init(interest: .output, patience: 30_000)])
            #expect(sample.row.totals.errors == 1)
            #expect(sample.connection.pendingOutput == 0)
            let calls = sample.peer.sendCalls
            await sample.connection.finish()
            #expect(sample.peer.sendCalls == calls, "it is not tried again at the end")
            #expect(sample.peer.isClosed)
        }
    }

    @Test func peerThatIsGone() async throws {
        for size in [10, 100_000] {
            let sample = try ConnectionSample()
            sample.peer.failure = EPIPE
            await #expect(throws: ConnectionError.reset(code: EPIPE)) {
                try await sample.connection.write(pattern(size))
                try await sample.connection.flush()
            }
            #expect(sample.row.totals.errors == 1)
            #expect(try await sample.connection.read() == nil)
        }
    }

    @Test func drainingDoesNotCutAReply() async throws {
        let sample = try ConnectionSample()
        sample.peer.appetite = [1000, 0]
        var wakeups = 0
        sample.place.whileWaiting = { connection, _ in
            wakeups += 1
            // First the news of the drain, then the room.
            if wakeups % 2 == 1 { connection.interrupt(.draining) } else { connection.deliver(.room) }
        }
        let bytes = pattern(100_000)
        try await sample.connection.write(bytes)
        #expect(sample.peer.received == bytes)
        #expect(wakeups > 2 && sample.row.totals.errors == 0)
    }

    @Test func plainSessionMovesBytesAndFilesThroughASocket() async throws {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        let other = Descriptor(owning: ends[1])
        let session = PlainTransport().open(StreamSocket(Descriptor(owning: ends[0])))
        func receive() -> (TransferResult, [UInt8]) {
            let pool = BufferPool()
            var queue = ByteQueue()
            queue.reserve(100, from: pool)
            let result = queue.append { session.receive(into: &$0) }
            let bytes = [UInt8](copying: queue.bytes)
            queue.clear(to: pool)
            return (result, bytes)
        }
        var block = [UInt8](repeating: 0, count: 100)
        #expect(receive().0 == .wouldBlock)
        func send(_ first: String, _ second: String = "") -> TransferResult {
            session.send(Array(first.utf8).span.bytes, Array(second.utf8).span.bytes)
        }
        func send(_ first: String, _ part: FilePart) -> TransferResult {
            session.send(Array(first.utf8).span.bytes, part)
        }
        #expect(send("one ", "two ") == .bytes(8))
        let file = file(Array("a file".utf8))
        let part = FilePart(of: file.raw, offset: 2, count: 4)
        #expect(send("one ", part) == .bytes(4), "what stands before the file goes first")
        #expect(send("", part) == .bytes(4))
        #expect(send("", FilePart(of: file.raw, offset: 6, count: 4)) == .endOfStream)
        #expect(recv(other.raw, &block, 100, 0) == 16)
        #expect(block.prefix(16) == Array("one two one file".utf8)[...])
        #expect(session.farewell() == .complete)
        session.socket.endSending()
        #expect(recv(other.raw, &block, 100, 0) == 0)
        #expect(Glibc.send(other.raw, "so", 2, 0) == 2)
        #expect(receive() == (.bytes(2), Array("so".utf8)))
        session.close()
        #expect(receive().0 == .failed(EBADF), "the number may be another socket's by now")
        #expect(Glibc.send(other.raw, [9], 1, Int32(MSG_NOSIGNAL)) == -1)
    }
}
