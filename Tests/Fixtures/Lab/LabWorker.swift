import Drover
import DroverSystem

extension Plugin {
    /// The worker class `fickle`, whose workers take connections while there is no file `declines-SLOT`.
    static var labWorker: Plugin {
        Plugin("lab-worker", workerClasses: [WorkerClassDefinition("fickle") { try FickleWorker($0) }])
    }
}

private final class FickleWorker: WorkerClass {
    private let loop: ConnectionLoop

    init(_ context: WorkerContext) throws {
        let policy = FicklePolicy(file: "declines-\(context.identity.slot)")
        loop = try ConnectionLoop(context, accepting: policy)
    }

    func run() throws { try loop.run() }
}

private struct FicklePolicy: AcceptPolicy {
    let file: String

    func decide(_ moment: AcceptMoment) -> AcceptDecision {
        (try? FileStatus(path: file)) == nil ? .acceptByShare : .decline(atMost: .milliseconds(50))
    }
}
