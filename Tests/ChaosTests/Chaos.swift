import DroverTestSupport
import Glibc
import Testing

/// What a server must live through under load without losing a request that the kernel did not force it to lose.
///
/// One scenario after the other: two at a time would take each other's processor, and measure that. `CHAOS_SECONDS` is
/// how long those go on that can be long or short; `make chaos` makes them long.
@Suite(.serialized) enum Chaos {
    /// How long a scenario without an end of its own goes on.
    static let seconds: Double = getenv("CHAOS_SECONDS").flatMap { Double(String(cString: $0)) } ?? 3
    /// Whether the machine has nothing else to do, so that times can be held to what is promised.
    static let isQuiet = getenv("CHAOS_QUIET") != nil
    /// Requests a second.
    static let rate: Double = 1_000

    /// Says what a scenario has counted.
    static func report(_ scenario: String, _ variation: Variation, _ text: String) {
        print("chaos: \(scenario), \(variation): \(text)")
    }
}

/// What the scenarios are run for.
struct Variation: CustomTestStringConvertible, CustomStringConvertible, Sendable {
    /// `CHAOS_CLASSES=async` names fewer.
    static let workerClasses =
        getenv("CHAOS_CLASSES").map { String(cString: $0).split(separator: ",").map(String.init) } ?? [
            "async", "threads",
        ]
    static let all = workerClasses.flatMap { name in
        ["shared", "reuseport"].map { Variation(accept: $0, workerClass: name) }
    }

    let accept: String
    let workerClass: String

    var description: String { "\(accept) \(workerClass)" }
    var testDescription: String { description }
}

/// Waits, however long the rest took: scenarios happen at a pace.
func pause(until moment: Double) {
    let rest = moment - now()
    if rest > 0 { usleep(UInt32(rest * 1e6)) }
}
