import DogeServer

/// Methods to try and measure with.
struct DemoService: DogeMethods {
    private static let longestSleep = 60_000

    func register(in service: inout DogeService) {
        service.register("sum") { (a: Int, b: Int) in a &+ b }
        service.register("echo", raw: { _, values in values.count == 1 ? values[0] : .array(values) })
        // The worker answers other calls meanwhile.
        service.register("sleep") { (milliseconds: Int) async throws -> Int in
            guard (0...Self.longestSleep).contains(milliseconds) else {
                throw DogeError("sleep takes 0 to \(Self.longestSleep) ms, not \(milliseconds)")
            }
            try await Task.sleep(for: .milliseconds(milliseconds))
            return milliseconds
        }
        service.register("whoami") { WorkerMemory.current }
        service.register("fail") { (reason: String) throws -> Bool in throw DogeError(reason) }
    }
}
