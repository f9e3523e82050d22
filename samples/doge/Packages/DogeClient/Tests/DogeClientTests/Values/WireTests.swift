import DogeMessages
import MessagePack
import NIOCore
import Testing

@testable import DogeClient

/// What goes over a connection, and what stands in a trace.
struct WireTests {
    @Test func aCallIsWhatDogeSends() throws {
        let call = EncodedCall(method: "sum", meta: [:], arguments: try EncodedArguments(1, 2))
        #expect(call.message(id: 1) == [0x94, 0x00, 0x01, 0xA3, 0x73, 0x75, 0x6D, 0x93, 0x80, 0x01, 0x02])
        #expect(call.message(id: nil) == [0x93, 0x02, 0xA3, 0x73, 0x75, 0x6D, 0x93, 0x80, 0x01, 0x02])
        let bare = EncodedCall(method: "x", meta: ["a": "b"], arguments: try EncodedArguments())
        #expect(try DogeRequest(decoding: bare.message(id: 300)) == DogeRequest(id: 300, method: "x", meta: ["a": "b"]))
    }

    @Test func aReplyIsTakenApart() throws {
        let result: [UInt8] = [0x94, 0x01, 0x01, 0xC0, 0x03]
        #expect(try Reply(result.span.bytes) == Reply(id: 1, content: .result([0x03])))
        let refused = DogeReply(id: 2, error: "no").encoded
        #expect(try Reply(refused.span.bytes) == Reply(id: 2, content: .refused("no")))
        // mprpc sends this for an exception without a text.
        let empty: [UInt8] = [0x94, 0x01, 0x03, 0xA0, 0xC0]
        #expect(try Reply(empty.span.bytes).content == .refused("the server names no reason"))
        let other: [UInt8] = [0x94, 0x01, 0x03, 0x05, 0xC0]
        guard case .refused = try Reply(other.span.bytes).content else {
            Issue.record("an error of another type is an error")
            return
        }
        let request = DogeRequest(id: 1, method: "x").encoded
        #expect(throws: DogeEnvelopeFault.self) { try Reply(request.span.bytes) }
    }

    @Test func anAlarmIsSetForTheNearestOnly() {
        var alarm = Alarm()
        let now = NIODeadline.uptimeNanoseconds(1_000)
        let results = ([2, 3, 1, 1] as [Int64]).map { alarm.set(for: now + .seconds($0)) }
        #expect(results == [true, false, true, false])
        let next = alarm.rang(now: now + .seconds(1), nearest: now + .seconds(3))
        #expect(next == now + .seconds(3))
        // The one that was set first runs down as well, and must not start another beside the one that runs.
        let second = alarm.rang(now: now + .seconds(2), nearest: now + .seconds(3))
        #expect(second == nil)
        let last = alarm.rang(now: now + .seconds(3), nearest: nil)
        #expect(last == nil)
        let isFirst = alarm.set(for: now + .seconds(9))
        #expect(isFirst)
    }

    @Test(arguments: [
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0000000000000000a000000000000001-0000000000000001-00",
    ])
    func aTraceparentIsReadAndWritten(text: String) throws {
        let context = try #require(TraceContext(text))
        #expect(context.description == text)
        #expect(context.isSampled == text.hasSuffix("1"))
        #expect(context.child().traceID == context.traceID)
        #expect(context.child() != context)
    }

    @Test(arguments: [
        "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ])
    func whatIsNoTraceparentIsNone(text: String) {
        #expect(TraceContext(text) == nil)
    }

    @Test func aNewTraceIsValid() throws {
        for _ in 0..<100 {
            let context = TraceContext()
            #expect(try #require(TraceContext(context.description)) == context)
        }
    }
}
