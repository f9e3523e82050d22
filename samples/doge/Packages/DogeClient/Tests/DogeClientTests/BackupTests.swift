import DogeClient
import DogeDiscovery
import DogeMessages
import MessagePack
import NIOConcurrencyHelpers
import Testing

/// Calls that are sent twice as the first reply takes long.
struct BackupTests {
    /// What the servers do with the next call: its number is 1 for the first sending and 2 for the second.
    private final class Behaviour: Sendable {
        typealias Script = @Sendable (_ sending: Int, DogeRequest, ScriptedPeer) -> Void

        private let state = NIOLockedValueBox<(script: Script?, sendings: Int)>((nil, 0))

        var sendings: Int { state.withLockedValue { $0.sendings } }

        func set(_ script: @escaping Script) { state.withLockedValue { $0 = (script, 0) } }

        func server() async throws -> ScriptedServer {
            try await ScriptedServer { request, peer in
                let (script, sending) = self.state.withLockedValue { state in
                    state.sendings += 1
                    return (state.script, state.sendings)
                }
                if let script { script(sending, request, peer) } else { peer.reply(request, "quick") }
            }
        }
    }

    /// A client of two servers that knows its method as a quick one.
    private func trained(
        _ behaviour: Behaviour, _ change: (inout ClientSettings) -> Void = { _ in }
    ) async throws -> DogeClient {
        let client = client(try await behaviour.server(), try await behaviour.server()) {
            $0.highAvailability = .backupRequest
            $0.standard.requestTimeout = .seconds(5)
            change(&$0)
        }
        for _ in 0..<100 { _ = try await client.call("get", returning: String.self) }
        return client
    }

    @Test func theBackupAnswersForTheFirst() async throws {
        let behaviour = Behaviour()
        let client = try await trained(behaviour)
        behaviour.set { sending, request, peer in
            if sending == 2 { peer.reply(request, "backup") }
        }
        #expect(try await client.call("get", returning: String.self) == "backup")
        #expect(behaviour.sendings == 2)
    }

    @Test func theFirstReplyCountsWhoeverGivesIt() async throws {
        let behaviour = Behaviour()
        let client = try await trained(behaviour)
        let first = NIOLockedValueBox<(DogeRequest, ScriptedPeer)?>(nil)
        behaviour.set { sending, request, peer in
            // The first is answered once the backup is there, which is not answered at all.
            if sending == 1 {
                first.withLockedValue { $0 = (request, peer) }
            } else {
                first.withLockedValue { $0.map { $0.1.reply($0.0, "first") } }
            }
        }
        #expect(try await client.call("get", returning: String.self) == "first")
        #expect(behaviour.sendings == 2)
    }

    @Test func aBackupThatFailsIsNotTheEnd() async throws {
        let behaviour = Behaviour()
        let client = try await trained(behaviour)
        behaviour.set { sending, request, peer in
            if sending == 1 { peer.after(200) { peer.reply(request, "first") } } else { peer.hangUp() }
        }
        #expect(try await client.call("get", returning: String.self) == "first")
    }

    @Test func aFirstThatFailsIsNotTheEndEither() async throws {
        let behaviour = Behaviour()
        let client = try await trained(behaviour)
        behaviour.set { sending, request, peer in
            if sending == 1 { return peer.after(400) { peer.hangUp() } }
            peer.after(600) { peer.reply(request, "backup") }
        }
        #expect(try await client.call("get", returning: String.self) == "backup")
    }

    @Test func bothTogetherHaveOneTime() async throws {
        let behaviour = Behaviour()
        let client = try await trained(behaviour) {
            $0.standard.requestTimeout = .seconds(1)
            $0.standard.retries = 5
        }
        behaviour.set { _, _, _ in }
        let start = ContinuousClock.now
        let reason = await failure { _ = try await client.call("get", returning: String.self) }
        let took = ContinuousClock.now - start
        #expect(reason == .timedOut(milliseconds: 1_000))
        #expect(took >= .seconds(1) && took < .milliseconds(1_900), "\(took)")
        #expect(behaviour.sendings == 2)
    }

    @Test func backupsAreFewHoweverSlowServersAre() async throws {
        let behaviour = Behaviour()
        let client = try await trained(behaviour) { $0.standard.backupMaxRatio = 5 }
        behaviour.set { _, request, peer in peer.after(300) { peer.reply(request, "slow") } }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<90 {
                group.addTask { (try? await client.call("get", returning: String.self)) == "slow" }
            }
            for await isRight in group { #expect(isRight) }
        }
        // The quick calls before may have used up some, but not all.
        #expect((91...95).contains(behaviour.sendings), "\(behaviour.sendings)")
    }

    @Test func anUnknownMethodGetsNoBackup() async throws {
        let behaviour = Behaviour()
        let client = try await trained(behaviour)
        behaviour.set { _, request, peer in peer.after(100) { peer.reply(request, "new") } }
        #expect(try await client.call("other", returning: String.self) == "new")
        #expect(behaviour.sendings == 1)
    }
}
