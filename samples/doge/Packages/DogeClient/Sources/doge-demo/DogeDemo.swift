import ArgumentParser
import DogeClient
import Logging

/// Calls a service for some seconds and tells how that went.
@main
struct DogeDemo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doge-demo",
        abstract: "Calls a doge service for some seconds and tells how that went.",
        discussion: """
            Any number of callers share a few long connections. They call `sum`, whose result is checked, and as often \
            `whoami`, which says which worker has answered. Start a server with `doge`, then for instance:

              doge-demo --address 127.0.0.1:4399
              doge-demo --address 127.0.0.1:4399 --callers 64 --rate 5000 --seconds 20
              doge-demo --config client.yaml --json

            Meanwhile kill a worker (kill -KILL), reload the server (kill -HUP) or stop one of several: calls go \
            elsewhere. Both methods may run twice, so a call that was lost with its worker is sent again.

            The exit code is 0 if no call has failed, else 1.
            """)

    @Option(help: "A file of doge with `registry` and, if need be, `refer`.")
    var config: String?

    @Option(help: "HOST:PORT of a server instead; several may be named.")
    var address: [String] = []

    @Option(help: "The service's name, which an etcd registry is asked for.")
    var service = "test"

    @Option(help: "Connections to each server.")
    var connections = 8

    @Option(help: "Calls that are in progress at once.")
    var callers = 32

    @Option(help: "For how long to call.")
    var seconds = 5.0

    @Option(help: "Calls a second, all callers together; 0 for as many as possible.")
    var rate = 0.0

    @Option(help: "How often a call that was lost is sent again; with --config the file says it.")
    var retries: Int?

    @Flag(help: "Print the result as one JSON object; progress goes to stderr.")
    var json = false

    func validate() throws {
        guard (config == nil) != address.isEmpty else {
            throw ValidationError("Say where the service is: either --config FILE or --address HOST:PORT.")
        }
        guard connections > 0, callers > 0 else { throw ValidationError("There has to be one of each at least.") }
        guard seconds > 0, seconds <= 86_400 else { throw ValidationError("--seconds is above 0 and up to 86400.") }
        guard rate >= 0, rate <= 1e6 else { throw ValidationError("--rate is from 0 to 1000000.") }
        guard (0...100).contains(retries ?? 0) else { throw ValidationError("--retries is from 0 to 100.") }
    }

    func run() async throws {
        var logger = Logger(label: "doge-demo") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let cluster = try ClusterChoice(config, address, connections, retries).cluster(logger: logger)
        let load = Load(cluster.client(service), callers: callers, rate: rate)
        let progress = Progress(json: json)
        let report = await load.run(for: .seconds(seconds)) { progress.show($0) }
        cluster.close()
        print(json ? try report.json : report.text)
        if report.failed > 0 || report.calls == 0 { throw ExitCode(1) }
    }
}
