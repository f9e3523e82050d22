import DogeMessages
import MessagePack
import Testing

@Suite struct MessageTests {
    static let sum: [UInt8] = [0x94, 0, 1, 0xA3, 0x73, 0x75, 0x6D, 0x93, 0x80, 1, 2]

    @Test func asOnTheWire() throws {
        let request = DogeRequest(id: 1, method: "sum", arguments: [1, 2])
        #expect(request.encoded == Self.sum)
        #expect(try DogeRequest(decoding: Self.sum) == request)
        let reply = DogeReply(id: 1, result: 3)
        #expect(reply.encoded == [0x94, 1, 1, 0xC0, 3])
        #expect(try DogeReply(decoding: reply.encoded) == reply)
        let note = DogeRequest(method: "log", meta: ["a": "b"], arguments: [["x": 1]])
        #expect(try MessagePackValue(decoding: note.encoded) == [2, "log", [["a": "b"], ["x": 1]]])
        #expect(try DogeRequest(decoding: note.encoded) == note)
        let failure = DogeReply(id: -1, error: "no")
        #expect(try MessagePackValue(decoding: failure.encoded) == [1, -1, "no", nil])
        #expect(try DogeReply(decoding: failure.encoded) == failure)
        // Old clients take an empty text for no error.
        #expect(try DogeReply(decoding: DogeReply(id: 1, error: "").encoded).error == "error")
    }

    /// A leading map of texts is the meta, whatever else stands first is an argument.
    @Test(
        arguments: [
            ([], [:], []), ([[:]], [:], []), ([["a": "b"], ["c": "d"]], ["a": "b"], [["c": "d"]]),
            ([["a": 1]], [:], [["a": 1]]), ([[1: "a"]], [:], [[1: "a"]]), ([1, [:]], [:], [1, [:]]),
            ([["a": "b", "a": "c"]], ["a": "c"], []),
        ] as [(MessagePackValue, [String: String], [MessagePackValue])])
    func meta(_ arguments: MessagePackValue, _ meta: [String: String], _ rest: [MessagePackValue]) throws {
        let bytes = MessagePackValue.array([0, 7, "m", arguments]).encoded
        #expect(try DogeRequest(decoding: bytes) == DogeRequest(id: 7, method: "m", meta: meta, arguments: rest))
    }

    @Test(
        arguments: [
            (1, nil, nil), ("GET / HTTP/1.1", nil, nil), (["a": 1], nil, nil),
            ([], "a message begins with its type, 0, 1 or 2", nil),
            (["a"], "a message begins with its type, 0, 1 or 2", nil),
            ([3, 1, "m", []], "there is no message of type 3", nil),
            ([0, 5, "m"], "a message of type 0 has no 3 parts", 5),
            ([2, "m"], "a message of type 2 has no 2 parts", nil),
            ([0, "x", "m", []], "an id is a number of 64 bits", nil),
            ([0, .uint(.max), "m", []], "an id is a number of 64 bits", nil),
            ([0, 5, 6, []], "a method is a string", 5), ([0, 5, "m", [:]], "arguments are an array", 5),
        ] as [(MessagePackValue, String?, Int64?)])
    func noMessage(_ value: MessagePackValue, _ reason: String?, _ id: Int64?) {
        let fault = DogeEnvelopeFault(reason: reason, id: id)
        #expect(throws: fault) { try DogeRequest(decoding: value.encoded) }
        #expect(fault.description.hasPrefix("Invalid protocol"))
    }

    /// Depth counts from the message on, whether its end was looked for before or not.
    @Test(arguments: [
        DogeRequest(id: 1, method: "m", arguments: [[[1]]]).encoded, DogeReply(id: 1, result: [[[1]]]).encoded,
        DogeRequest(id: 1, method: "m", meta: ["a": "b"]).encoded,
    ])
    func depth(_ bytes: [UInt8]) throws {
        var depth = 1
        while true {
            var framer = MessagePackFramer(maximumBytes: 100, maximumDepth: depth)
            let isFramed = (try? framer.next(bytes.span.bytes)) != nil
            let isRead = (try? DogeEnvelope(bytes.span.bytes, maximumDepth: depth)) != nil
            // What an envelope needs itself, two arrays, it goes through without asking.
            if depth >= 3 { #expect(isFramed == isRead, "\(depth)") }
            if isFramed { break }
            depth += 1
        }
        #expect(3...4 ~= depth)
    }

    @Test func truncated() {
        for count in 0..<Self.sum.count {
            #expect(throws: MessagePackFault.self) { try DogeRequest(decoding: Array(Self.sum[..<count])) }
        }
        #expect(throws: MessagePackFault.trailing(count: 1, at: 11)) { try DogeRequest(decoding: Self.sum + [0]) }
        #expect(throws: DogeEnvelopeFault(reason: "this is no reply")) { try DogeReply(decoding: Self.sum) }
    }
}
