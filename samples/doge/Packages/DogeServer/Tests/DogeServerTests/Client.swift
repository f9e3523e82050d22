import DogeServer
import Drover
import DroverTesting
import Testing

@testable import DogeServer

/// What a scripted client got.
struct Answers {
    let replies: [DogeReply]
    let exchange: ProtocolExchange
}

extension ServerProtocol {
    func answers(_ pieces: [[UInt8]], thenSilent: Bool = false) async throws -> Answers {
        let exchange = try await exchange(pieces, thenSilent: thenSilent)
        var framer = MessagePackFramer(maximumBytes: 1 << 20)
        var rest = exchange.bytes
        var replies: [DogeReply] = []
        while let count = try framer.next(rest.span.bytes) {
            replies.append(try DogeReply(decoding: Array(rest[..<count])))
            rest.removeFirst(count)
        }
        #expect(rest.isEmpty)
        return Answers(replies: replies, exchange: exchange)
    }

    func reply(_ method: String, meta: [String: String] = [:], _ arguments: MessagePackValue...) async throws
        -> DogeReply
    {
        let request = DogeRequest(id: 1, method: method, meta: meta, arguments: arguments)
        let answers = try await answers([request.encoded])
        #expect(answers.exchange.requests <= 1)
        return try #require(answers.replies.first)
    }
}

struct Calculator: DogeMethods {
    func sum(a: Int, b: Int) -> Int { a &+ b }
    func divide(a: Int, b: Int) throws -> Int {
        if b == 0 { throw DogeError("division by zero") }
        return a / b
    }

    func register(in service: inout DogeService) {
        service.register("sum", sum)
        service.register("divide", divide)
    }
}

extension DogeService {
    /// The methods that the tests call.
    static var tested: DogeService {
        struct Secret: Error {}
        var service = DogeService()
        Calculator().register(in: &service)
        service.register("echo", raw: { _, arguments in .array(arguments) })
        service.register("greet") { (name: String, title: String?) in "\(title.map { $0 + " " } ?? "")\(name)" }
        service.register("bytes") { (bytes: [UInt8]) in bytes.reversed() as [UInt8] }
        service.register("nothing") { () -> Int? in nil }
        service.register("fail") { () throws -> Int in throw Secret() }
        service.register("empty") { () throws -> Int in throw DogeError("") }
        service.register("meta") { (call: DogeCall) in call.meta }
        service.register("later") { (value: Int) async throws -> Int in
            try await Task.sleep(for: .milliseconds(value))
            return value
        }
        service.register("slow", deadline: .milliseconds(1)) { () async throws -> Int in
            try await Task.sleep(for: .seconds(60))
            return 1
        }
        service.register("current") { () async in DogeCall.current?.meta["a"] }
        service.register("wanted") { (call: DogeCall) async in DogeCall.current?.meta["a"] ?? call.method }
        return service
    }
}
