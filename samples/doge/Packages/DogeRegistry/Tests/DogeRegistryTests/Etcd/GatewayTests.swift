import DogeConfiguration
import EtcdTesting
import Logging
import Testing

@testable import DogeRegistry

// A gateway that misbehaves.
@Suite struct GatewayTests {
    private let patience = Duration.seconds(2)

    private func error(_ answer: ScriptedGateway.Answer) async -> EtcdError? {
        let gateway = ScriptedGateway { _ in answer }
        do {
            _ = try await EtcdClient([gateway.address], patience: patience).get("/key")
            return nil
        } catch {
            return error as? EtcdError
        }
    }

    @Test func failuresOfAMemberNameItAndTheReason() async throws {
        for answer: ScriptedGateway.Answer in [
            .reply(500, "{\"error\":\"etcdserver: no leader\"}"), .reply(200, "<html>"), .reply(200, "{"), .hangUp,
            .silence,
        ] {
            guard case .unreachable(let reasons) = await error(answer) else {
                Issue.record("\(answer) is an answer")
                continue
            }
            #expect(reasons.count == 1)
            #expect(reasons[0].hasPrefix("127.0.0.1:"))
        }
    }

    @Test func refusalIsNotAskedForTwice() async {
        let text = "{\"error\":\"etcdserver: key is not provided\",\"message\":\"no key\",\"code\":3}"
        #expect(await error(.reply(400, text)) == .refused(status: 400, message: "no key"))
    }

    @Test func nextMemberIsAsked() async throws {
        let broken = ScriptedGateway { _ in .reply(503, "{}") }
        let slow = ScriptedGateway { _ in .silence }
        let good = ScriptedGateway { _ in .reply(200, "{\"header\":{\"revision\":\"7\"}}") }
        let absent = HostPort(host: "127.0.0.1", port: freePort())
        let client = EtcdClient([absent, broken.address, slow.address, good.address], patience: patience)
        #expect(try await client.get("/key").revision == 7)
        let began = ContinuousClock.now
        #expect(try await client.get("/key").revision == 7)
        #expect(began.duration(to: .now) < patience, "the one that has answered is asked first")
    }

    @Test func entryThatIsNoTextDoesNotHideTheOthers() async throws {
        // The first value is the byte 0xFF.
        let gateway = ScriptedGateway { _ in
            .reply(
                200,
                "{\"header\":{\"revision\":\"7\"},\"kvs\":[{\"key\":\"L2E=\",\"value\":\"/w==\"},"
                    + "{\"key\":\"L2I=\",\"value\":\"aDox\"}]}")
        }
        let listing = try await EtcdClient([gateway.address], patience: patience).list("/")
        #expect(listing.entries.map(\.key) == ["/a", "/b"])
        #expect(listing.entries.last?.value == "h:1")
    }

    @Test func leaseThatNobodyKnowsIsLost() async {
        for answer: ScriptedGateway.Answer in [
            .reply(404, "{\"error\":\"requested lease not found\",\"code\":5}"),
            .reply(200, "{\"result\":{\"ID\":\"7\"}}"),
        ] {
            let gateway = ScriptedGateway { _ in answer }
            let client = EtcdClient([gateway.address], patience: patience)
            await #expect(throws: EtcdError.leaseLost) { try await client.keepAlive(7) }
        }
    }

    @Test func watchThatIsCompactedSaysSo() async throws {
        let gateway = ScriptedGateway { _ in
            .reply(
                200, "{\"result\":{\"created\":true}}\n{\"result\":{\"canceled\":true,\"compact_revision\":\"9\"}}\n")
        }
        let client = EtcdClient([gateway.address], patience: patience)
        await #expect(throws: EtcdError.compacted) {
            for try await _ in client.changes(of: .one("/key"), since: 1, for: .seconds(5)) {}
        }
    }

    @Test func cancelledQuestionEndsAtOnce() async {
        let gateway = ScriptedGateway { _ in .silence }
        let client = EtcdClient([gateway.address], patience: .seconds(60))
        let began = ContinuousClock.now
        let task = Task { try await client.get("/key") }
        try? await Task.sleep(for: .milliseconds(100))
        task.cancel()
        _ = await task.result
        #expect(began.duration(to: .now) < .seconds(10))
    }

    @Test func companionIsReadyEvenIfEtcdIsAway() async {
        let gateway = ScriptedGateway { _ in .reply(500, "no") }
        let registration = Registration(
            service: "test", node: "one", address: HostPort(host: "127.0.0.1", port: 1), ttl: .seconds(3))
        let registrar = EtcdRegistrar(
            registration, in: EtcdClient([gateway.address], patience: patience), logger: .init(label: "test"))
        let (tried, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task { await registrar.run { continuation.yield() } }
        var iterator = tried.makeAsyncIterator()
        #expect(await iterator.next() != nil)
        task.cancel()
        await task.value
    }
}
