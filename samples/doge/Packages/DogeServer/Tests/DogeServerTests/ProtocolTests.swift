import DogeServer
import Drover
import DroverBytes
import DroverTesting
import Testing

import struct Synchronization.Mutex

@testable import DogeServer

@Suite struct ProtocolTests {
    let doge = DogeProtocol(.tested)

    @Test func asOnTheWire() async throws {
        let exchange = try await doge.exchange([[0x94, 0, 1, 0xA3, 0x73, 0x75, 0x6D, 0x93, 0x80, 1, 2]])
        #expect(exchange.bytes == [0x94, 1, 1, 0xC0, 3])
        #expect(exchange.sends == 1 && exchange.requests == 1 && exchange.errors == 0)
    }

    @Test func values() async throws {
        #expect(try await doge.reply("sum", -5, 3).result == -2)
        #expect(try await doge.reply("greet", "Ann").result == "Ann")
        #expect(try await doge.reply("greet", "Ann", nil).result == "Ann")
        #expect(try await doge.reply("greet", "Ann", "Dr").result == "Dr Ann")
        #expect(try await doge.reply("bytes", .binary([1, 2, 3])).result == .binary([3, 2, 1]))
        #expect(try await doge.reply("nothing").result == .null)
        #expect(try await doge.reply("meta", meta: ["a": "b"]).result == ["a": "b"])
        let all: [MessagePackValue] = [
            nil, true, -1, .uint(.max), .float(1.5), 2.5, "é", .binary([0]), [1, [2]], [1: "a"],
            .extension(type: 3, bytes: [1]), .timestamp(MessagePackTimestamp(seconds: -1)!),
        ]
        let request = DogeRequest(id: -70_000, method: "echo", arguments: all)
        #expect(try await doge.answers([request.encoded]).replies == [DogeReply(id: -70_000, result: .array(all))])
    }

    /// Errors are texts, never empty, and the connection goes on.
    @Test(
        arguments: [
            ("nope", [], "no such method: nope"), ("_sum", [1, 2], "no such method: _sum"),
            ("sum", [1], "argument 2 is missing"), ("sum", [1, "2"], "argument 2: a string instead of an integer"),
            ("sum", [1, .uint(.max)], "argument 2: the number does not fit Int"),
            ("sum", [1, 2, 3], "the method takes 2 arguments, and 3 were given"),
            ("sum", [1.0, 2], "argument 1: a float instead of an integer"), ("divide", [1, 0], "division by zero"),
            ("fail", [], "internal error"), ("empty", [], "error"),
            ("greet", [nil], "argument 1: nil instead of a string"),
        ] as [(String, [MessagePackValue], String)])
    func errors(_ method: String, _ arguments: [MessagePackValue], _ error: String) async throws {
        let calls = [
            DogeRequest(id: 7, method: method, arguments: arguments),
            DogeRequest(id: 8, method: "sum", arguments: [1, 2]),
        ]
        let answers = try await doge.answers(calls.map(\.encoded))
        #expect(answers.replies == [DogeReply(id: 7, error: error), DogeReply(id: 8, result: 3)])
        #expect(answers.exchange.errors == 1)
    }

    @Test func howeverTheyArrive() async throws {
        let calls = [
            DogeRequest(id: 1, method: "sum", arguments: [1, 2]).encoded, DogeRequest(method: "sum").encoded,
            MessagePackValue.array([1, 2, nil, 3]).encoded, MessagePackValue.array([0, 5, "sum"]).encoded, [0x01],
            DogeRequest(id: 2, method: "later", arguments: [1]).encoded,
            DogeRequest(id: 3, method: "bytes", arguments: [.binary(Array(repeating: 9, count: 300))]).encoded,
        ].flatMap { $0 }
        let whole = try await doge.answers([calls])
        #expect(whole.replies.map(\.id) == [1, 5, -1, 2, 3])
        #expect(
            whole.replies.map(\.error) == [
                nil, "Invalid protocol: a message of type 0 has no 3 parts", "Invalid protocol", nil, nil,
            ])
        for step in [1, 2, 3, 7, 50] {
            let pieces = stride(from: 0, to: calls.count, by: step).map {
                Array(calls[$0..<min($0 + step, calls.count)])
            }
            #expect(try await doge.answers(pieces).replies == whole.replies)
        }
    }

    @Test func notifications() async throws {
        let calls = ["sum", "nope", "later", "fail"].map { DogeRequest(method: $0, arguments: [1, 2]).encoded }
        let answers = try await doge.answers(calls)
        #expect(answers.replies.isEmpty && answers.exchange.errors == 3)
    }

    @Test func limits() async throws {
        var settings = DogeSettings()
        settings.maxMessage = 100
        settings.maxDepth = 5
        let small = DogeProtocol(.tested, settings: settings)
        let next = DogeRequest(id: 2, method: "sum", arguments: [1, 2]).encoded
        let long = "Invalid protocol: a message is longer than 100 bytes (doge.max_message)"
        let deep = "Invalid protocol: arrays and maps lie more than 5 deep (doge.max_depth)"
        let fits = DogeRequest(id: 1, method: "bytes", arguments: [.binary(Array(repeating: 1, count: 87))]).encoded
        #expect(fits.count == 100)
        #expect(try await small.answers([fits, next]).replies.map(\.error) == [nil, nil])
        for (message, error) in [
            (DogeRequest(id: 1, method: "bytes", arguments: [.binary(Array(repeating: 1, count: 88))]).encoded, long),
            ([0x94, 0, 1, 0xDB, 0xFF, 0xFF, 0xFF, 0xFF], long), ([0xDD, 0xFF, 0xFF, 0xFF, 0xFF], long),
            (DogeRequest(id: 1, method: "echo", arguments: [[[[[1]]]]]).encoded, deep),
            ([0x94, 0, 1, 0xC1], "Invalid protocol: the byte 0xC1 means nothing, at 3"),
        ] {
            for pieces in [[message, next], message.map { [$0] } + [next], [message + next]] {
                #expect(try await small.answers(pieces).replies == [DogeReply(id: -1, error: error)])
            }
        }
    }

    @Test func otherClients() async throws {
        let help = MismatchHelp(spoken: "MessagePack-RPC", [.http])
        let doge = DogeProtocol(.tested, settings: DogeSettings(), mismatch: help)
        for pieces in [["GET / HTTP/1.1\r\n\r\n"], ["G", "E", "T", " ", "/"]] {
            let text = try await doge.exchange(pieces.map { Array($0.utf8) }).bytes
            #expect(String(decoding: text, as: UTF8.self).hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test func current() async throws {
        #expect(try await doge.reply("current", meta: ["a": "b"]).result == .null)
        #expect(try await doge.reply("wanted", meta: ["a": "b"]).result == "b")
    }

    @Test func deadline() async throws {
        #expect(try await doge.reply("slow").error == "the call took longer than 1 ms")
    }

    /// Looks after each step whether the connection has to remember anything.
    private final class Watched: MessageProtocol {
        let doge = DogeProtocol(.tested)
        let remembers = Mutex<[Bool]>([])

        func step(_ connection: Connection) -> Step {
            let step = doge.step(connection)
            remembers.withLock { $0.append(connection.protocolState != nil) }
            return step
        }

        func notice(_ occasion: Occasion, _ connection: Connection) -> Step { doge.notice(occasion, connection) }
        func serveMessage(_ connection: Connection) async throws -> Next { .end }
    }

    @Test func nothingIsRememberedBetweenCalls() async throws {
        let watched = Watched()
        let sum = DogeRequest(id: 1, method: "sum", arguments: [1, 2]).encoded
        let answers = try await watched.answers([
            sum, Array(sum[..<5]), Array(sum[5...]), DogeRequest(id: 2, method: "later", arguments: [1]).encoded,
        ])
        #expect(answers.replies.map(\.id) == [1, 1, 2])
        #expect(watched.remembers.withLock { $0 } == [false, true, false, true])
    }
}

extension ClientSignature {
    /// Requests in the form that browsers send first.
    fileprivate static var http: ClientSignature {
        ClientSignature("HTTP") { bytes in
            let known = Array("GET ".utf8)
            for (offset, byte) in known.enumerated() {
                if offset == bytes.byteCount { return .undecided }
                if bytes.byte(offset) != byte { return .no }
            }
            return .yes
        } refusal: { _ in
            Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
        }
    }
}
