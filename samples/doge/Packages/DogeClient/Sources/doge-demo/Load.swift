import DogeClient
import NIOConcurrencyHelpers

/// Callers that call for some time, as fast as they can or at a rate.
struct Load {
    private struct Whoami: Decodable {
        let slot: Int?
        let pid: Int
    }

    private let client: DogeClient
    private let callers: Int
    private let rate: Double

    init(_ client: DogeClient, callers: Int, rate: Double) {
        self.client = client
        self.callers = callers
        self.rate = rate
    }

    /// Calls, and shows each second what that second was like.
    func run(for duration: Duration, show: @escaping @Sendable (Tally.Second) -> Void) async -> Report {
        let tally = Tally()
        let start = ContinuousClock.now
        let showing = Task {
            var number = 0
            while true {
                number += 1
                try await Task.sleep(until: start + .seconds(number))
                show(tally.takeSecond(number))
            }
        }
        await withTaskGroup(of: Void.self) { group in
            let turns = NIOLockedValueBox(0)
            for _ in 0..<callers {
                group.addTask { await call(in: turns, from: start, until: start + duration, tally) }
            }
        }
        let took = ContinuousClock.now - start
        showing.cancel()
        return tally.report(took)
    }

    private func call(
        in turns: NIOLockedValueBox<Int>, from start: ContinuousClock.Instant, until end: ContinuousClock.Instant,
        _ tally: Tally
    ) async {
        while true {
            let turn = turns.withLockedValue { turn in
                turn += 1
                return turn
            }
            var due = ContinuousClock.now
            if rate > 0 {
                // A call that is late has waited since it was due: otherwise a slow server would choose when it is asked.
                due = start + .seconds(Double(turn - 1) / rate)
                guard due < end else { return }
                try? await Task.sleep(until: due)
            }
            guard ContinuousClock.now < end else { return }
            do {
                let worker = try await call(turn)
                tally.add(ContinuousClock.now - due, worker)
            } catch {
                tally.addFailure("\(error)")
                // Where there is no server, there is no use in asking a million times.
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// - Returns: The worker that answered, for about every second call: by turns, two servers would get one kind each.
    private func call(_ turn: Int) async throws -> Tally.Worker? {
        if Bool.random() {
            let sum: Int = try await client.call("sum", turn, 1_000_000)
            if sum != turn + 1_000_000 { throw WrongSum(of: turn, sum) }
            return nil
        }
        let who: Whoami = try await client.call("whoami")
        return Tally.Worker(slot: who.slot ?? -1, pid: who.pid)
    }
}

/// A result that belongs to another call.
private struct WrongSum: Error, CustomStringConvertible {
    let description: String

    init(of turn: Int, _ sum: Int) {
        description = "sum(\(turn), 1000000) was answered with \(sum)"
    }
}
