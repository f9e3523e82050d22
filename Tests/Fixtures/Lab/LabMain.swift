import Drover
import DroverHTTP
import DroverHTTPApplications
import DroverHTTPFiles

/// A server that does on request what servers should not do, for the integration tests to watch.
@main
enum Lab {
    static func main() {
        Server(.http(applications: [.lab]), .httpApplications, .files, .echo, .labCompanion).run()
    }
}

extension HTTPApplication {
    /// The laboratory; LAB_BOOT says how it boots.
    fileprivate static var lab: HTTPApplication {
        HTTPApplication("lab", summary: "sleeps, blocks, hangs and crashes as it is asked to") { worker in
            try LabBoot.fromEnvironment(slot: worker.slot).perform()
            return LabHandler(worker: worker)
        }
    }
}
