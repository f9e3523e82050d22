import DogeServer
public import Drover

/// The worker class `doge`: the `async` one, made for clients that stay and call.
///
/// What it decides is the one thing in which it differs: of doge's protocol it serves the variant that has several calls of
/// a connection in progress at once. Any other protocol is served as it is. Accepting, limits, deadlines, counting and
/// draining are those of the class below it.
public final class DogeWorker: AsyncWorker {
    public override func serving(_ serverProtocol: any ServerProtocol) -> any ServerProtocol {
        guard let doge = serverProtocol as? DogeProtocol else { return super.serving(serverProtocol) }
        return doge.overlapping
    }
}

extension Plugin {
    /// The worker class `doge`, for `worker_class`.
    public static var dogeWorker: Plugin {
        let worker = WorkerClassDefinition(
            "doge", summary: "an epoll loop for clients that stay and call, several calls a connection"
        ) { try DogeWorker($0) }
        return Plugin("doge-worker", workerClasses: [worker])
    }
}
