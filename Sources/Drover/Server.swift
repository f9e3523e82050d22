internal import DroverArbiter
internal import DroverConfig
public import DroverCore
internal import DroverSystem
internal import DroverWorkers
internal import Logging

/// A server: what it is made of is said here, everything else is configuration.
///
///     @main
///     enum Shop {
///         static func main() {
///             Server(.http { request in .text("Hello, \(request.path)") }).run()
///         }
///     }
public struct Server: Sendable {
    /// The version of the framework.
    public static let version = "0.1.0"

    private let registry: WorkerRegistry

    /// A server that offers what `plugins` offer.
    ///
    /// The first protocol and the first application are the defaults.
    public init(_ plugins: Plugin...) {
        self.init(plugins)
    }

    /// A server that offers what `plugins` offer.
    public init(_ plugins: [Plugin]) {
        registry = WorkerRegistry(plugins)
    }

    /// Serves as arguments, environment and configuration file say, and ends the process with the outcome.
    ///
    /// This process becomes the arbiter. It must not have started threads, tasks or Dispatch: fork(2) would leave the
    /// workers with locks that nobody holds.
    public func run() -> Never {
        let program = CommandLine.arguments.first.flatMap { $0.split(separator: "/").last }.map(String.init) ?? "drover"
        let invocation = CommandLineInterface.parse(
            Array(CommandLine.arguments.dropFirst()),
            sources: .machine(
                environment: ProcessEnvironment.all(), directory: ProcessEnvironment.currentDirectory()),
            vocabulary: registry.vocabulary,
            programName: program, version: Self.version)
        switch invocation {
        case .exit(let report):
            StandardStreams.write(report.output, to: .output)
            StandardStreams.write(report.errors, to: .error)
            exitImmediately(report.status)
        case .serve(let loaded): exitImmediately(serve(loaded, program: program))
        }
    }

    private func serve(_ loaded: LoadedSettings, program: String) -> Int32 {
        let settings = loaded.settings
        do {
            if let directory = settings.process.chdir { try ProcessEnvironment.changeDirectory(directory) }
            for variable in settings.process.environment { ProcessEnvironment.set(variable.name, variable.value) }
            let credentials = try Self.credentials(settings.process)
            let logs = try Self.logs(settings.logging, program: program, owner: credentials)
            for warning in loaded.warnings { logs.logger.warning("\(warning)") }
            let registry = registry
            let arbiter = Arbiter(
                settings: settings, credentials: credentials, logs: logs, name: settings.process.name ?? program,
                version: Self.version
            ) { launch in
                WorkerMain.run(launch, registry: registry)
            }
            return try arbiter.run()
        } catch {
            StandardStreams.write("\(program): \(error)\n", to: .error)
            return 1
        }
    }

    private static func credentials(_ process: ProcessSettings) throws -> Credentials? {
        if process.user == nil, process.group == nil { return nil }
        return try Credentials(user: process.user, group: process.group)
    }

    private static func logs(
        _ settings: LoggingSettings, program: String, owner: Credentials?
    ) throws -> ServerLogs {
        let error = try LogSink(path: settings.errorFile, owner: owner)
        let access = try settings.accessFile.map { (path) throws -> any LineSink in
            if let receiver = try SyslogReceiver(path) { return SyslogSink(to: receiver, name: "\(program).access") }
            return try LogSink(path: path, standard: StandardStreams.output.rawValue, owner: owner)
        }
        let handler = LineLogHandler(sink: error, level: settings.level)
        // Users' code and libraries that log through swift-log end up in the same place.
        LoggingSystem.bootstrap { _ in handler }
        return ServerLogs(logger: Logger(label: program), error: error, access: access)
    }
}
