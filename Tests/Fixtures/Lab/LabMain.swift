import Drover
import DroverHTTP
import DroverHTTPApplications
import DroverHTTPFiles
import DroverLineRPC
import DroverTLS
import DroverUWSGI
import Glibc

/// A server that does on request what servers should not do, for the integration tests to watch.
@main
enum Lab {
    static func main() {
        // LAB_PLUGIN leaves it one plugin, as a small server would have.
        if let only = getenv("LAB_PLUGIN").map({ String(cString: $0) }) {
            switch only {
            case "line-rpc": Server(.lineRPC(applications: [.lab])).run()
            case "uwsgi": Server(.uwsgi { _ in .text("alone\n") }).run()
            default: Server(.http { _ in .text("alone\n") }).run()
            }
        }
        Server(
            .http(applications: [.lab]), .uwsgi, .httpApplications, .files, .echo, .tls, .lineRPC(applications: [.lab]),
            .labCompanion, .labEndings, .labLocks, .labStreams, .labWorker,
            hooks: LabHooks.fromEnvironment()
        ).run()
    }
}

extension HTTPApplication {
    /// The laboratory; LAB_BOOT says how it boots, LAB_PRELOAD how what its workers share is loaded.
    fileprivate static var lab: HTTPApplication {
        HTTPApplication(
            "lab", summary: "sleeps, blocks, hangs and crashes as it is asked to", sharing: { try LabPreload.load() }
        ) { shared, worker in
            try LabBoot.fromEnvironment(slot: worker.slot).perform()
            return LabHandler(worker: worker, shared: shared)
        }
    }
}
