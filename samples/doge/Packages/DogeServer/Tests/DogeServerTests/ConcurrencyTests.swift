import DogeServer
import Drover
import DroverTesting
import Testing

@testable import DogeServer

/// Several calls of one connection at a time.
@Suite struct ConcurrencyTests {
    private func server(
        order: DogeSettings.Order = .any, calls: Int = 64, _ service: DogeService = .tested
    ) -> DogeProtocol {
        var settings = DogeSettings()
        settings.order = order
        settings.maxConcurrentCalls = calls
        return DogeProtocol(service, settings: settings).overlapping
    }

    private let calls = [
        DogeRequest(id: 1, method: "later", arguments: [150]), DogeRequest(id: 2, method: "later", arguments: [5]),
        DogeRequest(id: 3, method: "sum", arguments: [1, 2]), DogeRequest(method: "later", arguments: [1]),
        DogeRequest(id: 4, method: "nope"),
    ].flatMap(\.encoded)

    @Test func asTheyFinish() async throws {
        let answers = try await server().answers([calls])
        #expect(answers.replies.map(\.id) == [3, 4, 2, 1])
        #expect(answers.exchange.requests == 4)
    }

    @Test func asTheyCame() async throws {
        #expect(try await server(order: .request).answers([calls]).replies.map(\.id) == [1, 2, 3, 4])
    }

    @Test func oneAfterAnother() async throws {
        #expect(try await DogeProtocol(.tested).answers([calls]).replies.map(\.id) == [1, 2, 3, 4])
    }

    /// No more run at once than may.
    @Test(arguments: [1, 3]) func limit(_ limit: Int) async throws {
        actor Crowd {
            var present = 0
            var most = 0
            func come() {
                present += 1
                most = max(most, present)
            }
            func go() { present -= 1 }
        }
        let crowd = Crowd()
        var service = DogeService()
        service.register("visit") { () async throws -> Bool in
            await crowd.come()
            try await Task.sleep(for: .milliseconds(5))
            await crowd.go()
            return true
        }
        let visits = (1...10).map { DogeRequest(id: $0, method: "visit").encoded }
        let answers = try await server(calls: limit, service).answers(visits)
        #expect(answers.replies.count == 10)
        #expect(await crowd.most <= limit)
    }

    /// What is in progress when the input makes no sense any more is answered all the same.
    @Test func nonsenseAfterCalls() async throws {
        let answers = try await server().answers([calls + [0xC1]])
        #expect(answers.replies.map(\.id) == [3, 4, -1, 2, 1])
    }

    @Test func replyLine() {
        var line = ReplyLine()
        let places = (0..<3).map { _ in line.open() }
        line.close(places[2], with: [2])
        #expect(line.next() == nil && line.count == 3)
        line.close(places[0], with: [0])
        #expect(line.next() == [0] && line.next() == nil)
        let last = line.open()
        line.close(places[1], with: [1])
        line.close(last, with: [3])
        #expect([line.next(), line.next(), line.next(), line.next()] == [[1], [2], [3], nil])
    }
}
