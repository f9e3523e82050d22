import DroverCore
import Testing

@testable import DroverWorkers

@Suite struct JobLineTests {
    // A continuation that is never resumed tells one entry from another, and belongs to no task.
    private func mark(_ entry: JobLine.Entry) -> Int {
        guard case .postponed(let continuation) = entry else { return -1 }
        return unsafeBitCast(continuation, to: Int.self)
    }

    private func entry(_ number: Int) -> JobLine.Entry {
        .postponed(unsafeBitCast(number, to: UnsafeContinuation<Wakeup, Never>.self))
    }

    @Test func firstComeFirstServed() {
        var line = JobLine()
        var next = 1
        var expected = 1
        // It grows and shrinks, so that what has left is cleared away at different times.
        for (coming, leaving) in [(1, 1), (300, 100), (5, 150), (400, 455), (70, 70), (200, 1), (0, 199)] {
            for _ in 0..<coming {
                line.append(entry(next))
                next += 1
            }
            for _ in 0..<leaving {
                #expect(mark(line.removeFirst()) == expected)
                expected += 1
            }
            #expect(line.count == next - expected)
        }
        #expect(line.isEmpty)
    }
}
