import Drover
import Testing

@testable import jobs

/// The policy is a value: it is asked without a server.
@Suite struct MemoryPolicyTests {
    private static let meminfo =
        "MemTotal:       16309328 kB\nMemFree:          283916 kB\nMemAvailable:    1048576 kB\n"

    @Test func readsWhatTheKernelSays() throws {
        #expect(MemoryPolicy.available(in: Self.meminfo) == 1 << 30)
        #expect(MemoryPolicy.available(in: "MemFree: 1 kB\n") == nil)
        #expect(MemoryPolicy.available(in: "MemAvailable:\n") == nil)
    }

    @Test(
        arguments: [
            (0, 0, AcceptDecision.accept), (1 << 20, 1 << 20, .accept),
            (1 << 20, (1 << 20) - 1, .decline(atMost: .seconds(3))),
            (1 << 20, nil, .accept),
        ] as [(Int, Int?, AcceptDecision)])
    func declinesWithoutMemory(needed: Int, available: Int?, decision: AcceptDecision) {
        let settings = JobSettings(minAvailable: needed, lookEvery: .seconds(3))
        #expect(MemoryPolicy(settings) { available }.decide(AcceptMoment()) == decision)
    }

    @Test func asksTheKernel() throws {
        let much = JobSettings(minAvailable: 1 << 50)
        #expect(try MemoryPolicy(much).decide(AcceptMoment()) == .decline(atMost: .seconds(1)))
        #expect(try MemoryPolicy(JobSettings(minAvailable: 4_096)).decide(AcceptMoment()) == .accept)
    }
}
