import Drover

/// The worker class `jobs`: one request at a time, and the next only while the machine has memory for it.
final class JobWorker: WorkerClass {
    private let loop: ConnectionLoop

    init(_ context: WorkerContext) throws {
        let settings = try JobSettings.section.settings(from: context.section)
        loop = try ConnectionLoop(
            context, places: 1, threads: 1, keepsAlive: false, accepting: try MemoryPolicy(settings))
    }

    func run() throws { try loop.run() }
}

extension Plugin {
    /// The worker class `jobs`, with a section of that name.
    static var jobs: Plugin {
        Plugin(
            "jobs",
            workerClasses: [
                WorkerClassDefinition("jobs", summary: "one request at a time, while there is memory for it") {
                    try JobWorker($0)
                }
            ], sections: [JobSettings.section])
    }
}

/// What the section `jobs` says.
struct JobSettings: Sendable {
    /// Bytes.
    var minAvailable = 512 << 20
    var lookEvery = Duration.seconds(1)

    static let section = PluginSection(
        "jobs", JobSettings(),
        [
            .setting(
                "min_available", \.minAvailable, as: .byteCount(0...1 << 50),
                "The memory that the machine must have available before a worker takes a request; 0 is none."),
            .setting("look_every", \.lookEvery, "How often a worker looks that waits for memory."),
        ])
}
