import DroverCore
import DroverSystem
import DroverTestSupport
import Logging
import Testing

@testable import DroverArbiter

/// The socket is served by hand here, as the arbiter's loop does it, with clients in the same thread.
@Suite struct ControlSocketTests {
    private let directory = TemporaryDirectory()
    private var path: String { "\(directory.path)/x.ctl" }
    private static let now: Int64 = 100_000

    /// A client that says `text` at once.
    private func client(_ text: String = "") throws -> Client {
        let client = Client(try StreamSocket(connectingTo: path))
        if !text.isEmpty { client.say(text) }
        return client
    }

    /// What the loop gets to hear while it is woken again and again.
    private func turns(of control: ControlSocket) -> [ControlSocket.Call] {
        var calls: [ControlSocket.Call] = []
        for _ in 0..<20 where waitUntilReadable(control.descriptor, milliseconds: 0) {
            calls += control.serve(now: Self.now)
        }
        return calls
    }

    private final class Client {
        private let socket: StreamSocket

        init(_ socket: consuming StreamSocket) {
            self.socket = socket
        }

        func say(_ text: String) {
            let sent = socket.send(Array(text.utf8).span.bytes)
            #expect(sent == .bytes(text.utf8.count))
        }

        func endSending() { socket.endSending() }

        func receive(_ bytes: inout [UInt8]) -> TransferResult {
            socket.receive(limit: 65_536, appendingTo: &bytes)
        }

        var reply: ControlAnswer? {
            var bytes: [UInt8] = []
            while case .bytes = receive(&bytes) {}
            return ControlAnswer(wireForm: bytes)
        }

        var isEnded: Bool {
            var bytes: [UInt8] = []
            return receive(&bytes) == .endOfStream
        }
    }

    @Test func requestIsHandedOverAndAnswered() throws {
        let control = try ControlSocket(path: path)
        defer { control.close() }
        #expect(!waitUntilReadable(control.descriptor, milliseconds: 0))
        let client = try client("scale 4 --json\n")
        #expect(waitUntilReadable(control.descriptor, milliseconds: 0), "the loop is woken")
        let calls = turns(of: control)
        let call = try #require(calls.first)
        #expect(calls.count == 1 && call.request == ControlRequest(.scale(4), wantsJSON: true))
        #expect(control.serve(now: Self.now + 3_600_000).isEmpty, "it waits as long as it takes")
        #expect(!waitUntilReadable(control.descriptor, milliseconds: 0), "and wakes nobody meanwhile")
        #expect(control.nextDeadline == nil)
        control.conclude(call.client, status: 1, outcome: "no", now: Self.now)
        #expect(client.reply?.status == 1)
        control.answer(call.client, ControlAnswer(status: 0, text: "twice"), now: Self.now)
        #expect(client.isEnded)
    }

    @Test func lineMayComeInPiecesOrEndWithTheStream() throws {
        let control = try ControlSocket(path: path)
        defer { control.close() }
        let slow = try client("sta")
        #expect(control.serve(now: Self.now).isEmpty && control.serve(now: Self.now).isEmpty)
        slow.say("tus\n")
        #expect(control.serve(now: Self.now).map(\.request.command) == [.status])
        let ending = try client("stop")
        ending.endSending()
        let calls = turns(of: control)
        try #require(calls.map(\.request.command) == [.stop])
        #expect(control.serve(now: Self.now).isEmpty && !waitUntilReadable(control.descriptor, milliseconds: 0))
        control.answer(calls[0].client, ControlAnswer(status: 0, text: "bye"), now: Self.now)
        #expect(ending.reply == ControlAnswer(status: 0, text: "bye"), "whoever has ended only its half is answered")
    }

    @Test(arguments: ["nonsense\n", "scale many\n", String(repeating: "a", count: 2000)])
    func mistakesAreAnsweredAtOnce(line: String) throws {
        let control = try ControlSocket(path: path)
        defer { control.close() }
        let client = try client(line)
        #expect(control.serve(now: Self.now).isEmpty && control.serve(now: Self.now).isEmpty)
        #expect(client.reply?.status == 1)
    }

    @Test func whoSaysNothingIsSentAway() throws {
        let control = try ControlSocket(path: path)
        defer { control.close() }
        let client = try client()
        _ = control.serve(now: Self.now)
        #expect(control.nextDeadline == Self.now + ControlSocket.patience)
        _ = control.serve(now: Self.now + ControlSocket.patience - 1)
        #expect(!client.isEnded)
        _ = control.serve(now: Self.now + ControlSocket.patience)
        #expect(client.reply?.text == "no command came within 5 s\n")
        #expect(control.nextDeadline == nil)
    }

    @Test func whoDoesNotReadIsDroppedAtADeadline() throws {
        let control = try ControlSocket(path: path)
        defer { control.close() }
        let client = try client("status\n")
        let calls = turns(of: control)
        let text = String(repeating: "x", count: 3 << 20)
        control.answer(calls[0].client, ControlAnswer(status: 0, text: text), now: Self.now)
        #expect(control.nextDeadline == Self.now + ControlSocket.patience, "it does not fit, and nobody waits for that")
        #expect(control.descriptors.count == 3)
        _ = control.serve(now: Self.now + ControlSocket.patience)
        #expect(control.descriptors.count == 2 && control.nextDeadline == nil)
        withExtendedLifetime(client) {}
    }

    @Test func longAnswerGoesOverInPieces() throws {
        let control = try ControlSocket(path: path)
        defer { control.close() }
        let client = try client("status\n")
        let calls = turns(of: control)
        let answer = ControlAnswer(status: 0, text: String(repeating: "0123456789abcdef\n", count: 100_000))
        control.answer(calls[0].client, answer, now: Self.now)
        var bytes: [UInt8] = []
        for _ in 0..<10_000 {
            if client.receive(&bytes) == .endOfStream { break }
            _ = control.serve(now: Self.now)
        }
        #expect(ControlAnswer(wireForm: bytes) == answer)
        #expect(control.descriptors.count == 2)
    }

    @Test func answerWithoutBoundIsRefused() throws {
        let control = try ControlSocket(path: path)
        defer { control.close() }
        let client = try client("status\n")
        let calls = turns(of: control)
        let text = String(repeating: "x", count: ControlSocket.longestAnswer)
        control.answer(calls[0].client, ControlAnswer(status: 0, text: text), now: Self.now)
        #expect(client.reply?.status == 1)
    }

    @Test func whoLeavesIsForgotten() throws {
        let control = try ControlSocket(path: path)
        defer { control.close() }
        var gone: Client? = try client("reload\n")
        let calls = turns(of: control)
        #expect(control.descriptors.count == 3)
        gone = nil
        #expect(waitUntilReadable(control.descriptor, milliseconds: 0))
        _ = control.serve(now: Self.now)
        #expect(control.descriptors.count == 2)
        control.answer(calls[0].client, ControlAnswer(status: 0, text: "late"), now: Self.now)
        #expect(gone === nil)
    }

    @Test func noMoreThanSixteenAtATime() throws {
        let control = try ControlSocket(path: path)
        defer { control.close() }
        let held = try (0..<ControlSocket.clientLimit).map { _ in
            let client = try client()
            _ = control.serve(now: Self.now)
            return client
        }
        let late = try client("status\n")
        #expect(control.serve(now: Self.now).isEmpty)
        #expect(late.reply?.text.hasPrefix("16 clients are connected already") == true)
        #expect(held.count == 16)
    }
}
