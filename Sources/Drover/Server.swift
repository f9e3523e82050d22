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
    private let hooks: HookRunner

    /// A server that offers what `plugins` offer.
    ///
    /// The first protocol and the first application are the defaults. `hooks` run at the turning points of its life.
    public init(_ plugins: Plugin..., hooks: (any ServerHooks)? = nil) {
        self.init(plugins, hooks: hooks)
    }

    /// A server that offers what `plugins` offer.
    public init(_ plugins: [Plugin], hooks: (any ServerHooks)? = nil) {
        registry = WorkerRegistry(plugins)
        self.hooks = HookRunner(hooks)
    }

    /// Serves as arguments, environment and configuration file say, and ends the process with the outcome.
    ///
    /// This process becomes the arbiter. It must not have started threads, tasks or Dispatch: fork(2) would leave the
    /// workers with locks whose threads are gone.
    public func run() -> Never {
        // Before anything changes them: an upgrade starts this program again as it was started.
        let image = ProgramImage.current()
        let program = CommandLine.arguments.first.flatMap { $0.split(separator: "/").last }.map(String.init) ?? "drover"
        let invocation = CommandLineInterface.parse(
            Array(CommandLine.arguments.dropFirst()),
            sources: .machine(environment: image.environment, directory: image.directory),
            vocabulary: registry.vocabulary, programName: program, version: Self.version,
            examining: examine)
        switch invocation {
        case .exit(let report):
            StandardStreams.write(report.output, to: .output)
            StandardStreams.write(report.errors, to: .error)
            exitImmediately(report.status)
        case .control(let errand):
            let client = CtlClient(
                errand: errand, program: program, environment: image.environment, directory: image.directory)
            exitImmediately(client.run())
        case .serve(let loaded): exitImmediately(serve(loaded, program: program, image))
        }
    }

    /// Looks at what reading the settings alone does not show: what transports need is there and right.
    ///
    /// - Returns: What is not, though a server would start with it.
    private func examine(_ loaded: LoadedSettings) throws(SettingsIssues) -> [SettingsIssue] {
        if let directory = loaded.settings.process.chdir { try? ProcessEnvironment.changeDirectory(directory) }
        var issues: [SettingsIssue] = []
        var warnings: [SettingsIssue] = []
        do throws(SettingsIssues) { _ = try loaded.credentials() } catch { issues += error.issues }
        do throws(SettingsIssues) {
            let assembly = TransportAssembly(registry, areas: SharedAreas())
            warnings = try assembly.transports(for: loaded.settings, hasPredecessor: false).flatMap(\.warnings)
        } catch {
            issues += error.issues
        }
        if !issues.isEmpty { throw SettingsIssues(issues) }
        var known: Set<SettingsIssue> = []
        return warnings.filter { known.insert($0).inserted }
    }

    private func serve(_ loaded: LoadedSettings, program: String, _ image: ProgramImage) -> Int32 {
        let process = loaded.settings.process
        var starter = Starter()
        do {
            // First of all: what others have left to this process they have left to its id.
            let succession = try Succession()
            if process.daemon, !succession.isSuccessor { try starter.leave() }
            if let mask = process.umask { ProcessEnvironment.setFileModeMask(mask.bits) }
            if let directory = process.chdir { try ProcessEnvironment.changeDirectory(directory) }
            let configuration = try ReloadableConfiguration(
                loaded, program: program, directory: image.directory, activated: succession.activatedNames,
                hasPredecessor: succession.hasElder,
                transports: TransportAssembly(self.registry, areas: succession.areas))
            let current = configuration.current
            current.logs.becomeCurrent()
            for warning in loaded.warnings { current.logs.logger.warning("\(warning)") }
            let registry =
                try process.preload ? self.registry.preloaded(for: current.settings.listeners) : self.registry
            let arbiter = Arbiter(
                source: configuration, image: image, program: program, version: Self.version,
                companions: registry.companions, hooks: hooks
            ) { launch in
                WorkerMain.run(launch, registry: registry)
            }
            return try arbiter.run(succession) { starter.release(current) }
        } catch {
            return starter.fail("\(program): \(error)", status: error is PreloadFailure ? 3 : 1)
        }
    }
}
