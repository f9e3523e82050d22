import Drover
import DroverSystem

/// Takes the next connection while the machine has so much memory available.
struct MemoryPolicy: AcceptPolicy {
    private let settings: JobSettings
    private let available: () -> Int?

    /// A policy that asks the kernel.
    ///
    /// - Throws: `SystemError` when there is no `/proc/meminfo`: then the worker does not boot, and the log says why.
    init(_ settings: JobSettings) throws {
        let file = try OpenFile(path: "/proc/meminfo")
        self.init(settings) {
            (try? file.read(first: 4_096)).flatMap { Self.available(in: String(decoding: $0, as: UTF8.self)) }
        }
    }

    /// A policy that asks `available` for the bytes.
    init(_ settings: JobSettings, available: @escaping () -> Int?) {
        self.settings = settings
        self.available = available
    }

    func decide(_ moment: AcceptMoment) -> AcceptDecision {
        // A number that cannot be read is no reason to keep clients waiting.
        guard settings.minAvailable > 0, let bytes = available() else { return .accept }
        return bytes >= settings.minAvailable ? .accept : .decline(atMost: settings.lookEvery)
    }

    /// The bytes that `/proc/meminfo` calls available, proc_meminfo(5): those that a program can have without swapping.
    static func available(in text: String) -> Int? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }) else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1_024 }
    }
}
