import DroverSystem
import Testing

@testable import DroverCore

@Suite struct ConnectionLingerTests {
    /// Short ones, in milliseconds: how long to linger, and how long the peer may pause.
    private func limits(_ time: Int, _ pause: Int) -> TimeoutSettings {
        var timeouts = TimeoutSettings()
        timeouts.linger = .milliseconds(time)
        timeouts.lingerPause = .milliseconds(pause)
        return timeouts
    }

    /// A connection whose peer has said more than was read.
    private func lingering(
        _ arrivals: [ScriptedPeer.Arrival], timeouts: TimeoutSettings = TimeoutSettings()
    ) async throws -> ConnectionSample {
        let sample = try ConnectionSample(arrivals, timeouts: timeouts)
        _ = try await sample.connection.read(upTo: 1)
        try await sample.connection.write("no")
        await sample.connection.finish()
        #expect(sample.peer.received == Array("no".utf8), "the reply comes first")
        #expect(sample.connection.isLingering)
        #expect(sample.peer.hasSaidFarewell && !sample.peer.isClosed)
        #expect(sample.connection.heldMemory == 0)
        return sample
    }

    @Test func unreadInputIsThrownAwayUpToItsEnd() async throws {
        let sample = try await lingering([.bytes(pattern(100)), .bytes(pattern(5_000)), .end])
        let before = sample.row.totals.bytesReceived
        #expect(sample.connection.discardInput() == .waits, "a piece that fills less than a buffer is all there is")
        #expect(sample.connection.discardInput() == .over)
        #expect(sample.row.totals.bytesReceived == before + 5_000)
        #expect(sample.connection.heldMemory == 0)
    }

    @Test func oneThatSendsWithoutEndHasTurnsAndATime() async throws {
        let piece = ScriptedPeer.Arrival.bytes(pattern(BufferPool.blockSize))
        let sample = try await lingering(
            [.bytes([0x61, 0x62])] + Array(repeating: piece, count: 20), timeouts: limits(30_000, 5_000))
        let start = sample.host.clock.milliseconds
        #expect(sample.connection.discardInput() == .goesOn)
        #expect(sample.peer.arrivals.count == 12, "eight buffers are a turn")
        #expect(sample.connection.due == start + 5_000)
        let short = try await lingering(
            [.bytes([0x61, 0x62])] + Array(repeating: piece, count: 20), timeouts: limits(2, 5_000))
        short.place.advance()
        #expect(short.connection.discardInput() == .over)
    }

    @Test func silentOneHasATimeToo() async throws {
        let sample = try await lingering([.bytes([0x61, 0x62])], timeouts: limits(30_000, 4_000))
        let start = sample.host.clock.milliseconds
        #expect(sample.connection.discardInput() == .waits)
        #expect(sample.connection.due == start + 4_000)
        sample.host.startDraining()
        #expect(!sample.connection.prepareToEnd())
        #expect(sample.connection.due == start + 1_000, "a drain does not wait for it as long")
    }

    @Test func noTimeIsAnEndAtOnce() async throws {
        let sample = try await lingering(
            [.bytes([0x61, 0x62]), .bytes(pattern(5_000))], timeouts: limits(0, 5_000))
        #expect(sample.connection.discardInput() == .over)
        #expect(sample.peer.arrivals.isEmpty, "what had come is received all the same")
        let unlimited = try await lingering([.bytes([0x61, 0x62])], timeouts: limits(30_000, 0))
        #expect(unlimited.connection.due == unlimited.host.clock.milliseconds + 30_000)
    }

    @Test func lingersWhoIsAskedTo() async throws {
        let silent = try ConnectionSample()
        silent.connection.lingerAtEnd()
        await silent.connection.finish()
        #expect(silent.connection.isLingering)
    }

    @Test func whoHasEndedIsReadToTheEndAndNotWaitedFor() async throws {
        let done = try ConnectionSample([.bytes([0x61, 0x62]), .end])
        _ = try await done.connection.read(upTo: 1)
        done.connection.deliver(.input(ended: true))
        done.connection.lingerAtEnd()
        await done.connection.finish()
        #expect(done.connection.discardInput() == .over)
        let read = try ConnectionSample([.bytes([0x61]), .end])
        #expect(try await read.connection.read() == [0x61])
        #expect(try await read.connection.read() == nil)
        read.connection.lingerAtEnd()
        await read.connection.finish()
        #expect(read.peer.isClosed && !read.connection.isLingering)
    }

    @Test func whoTakesNothingIsNotWaitedFor() async throws {
        let sample = try ConnectionSample([.bytes([0x61, 0x62]), .bytes([0x63])])
        _ = try await sample.connection.read(upTo: 1)
        sample.connection.lingerAtEnd()
        sample.connection.reset()
        await sample.connection.finish()
        #expect(sample.peer.isClosed && !sample.peer.hasSaidFarewell)
    }
}
