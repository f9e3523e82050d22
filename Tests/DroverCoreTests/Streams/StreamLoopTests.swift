import DroverTestSupport
import Testing

@testable import DroverCore
@testable import DroverSystem

/// Streams that we open, on a loop with a thread of its own.
@Suite struct StreamLoopTests {
    /// Whether `body` ends, which it must within a few seconds.
    private func ends(_ body: @escaping @Sendable () async -> Void) async -> Bool {
        let hasEnded = Flag()
        Task {
            await body()
            hasEnded.set()
        }
        let end = now() + 10
        while !hasEnded.isSet, now() < end { try? await Task.sleep(for: .milliseconds(1)) }
        return hasEnded.isSet
    }

    @Test func firstTaskOfALoopRuns() async {
        let isOver = await ends {
            for _ in 0..<200 {
                let loop = StreamLoop()
                // The loop's thread starts meanwhile.
                for task in (0..<50).map({ _ in loop.startTask {} }) { await task.value }
            }
        }
        #expect(isOver)
    }
}
