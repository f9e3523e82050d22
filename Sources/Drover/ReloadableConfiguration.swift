internal import DroverArbiter
internal import DroverConfig
internal import DroverCore
internal import DroverSystem
internal import DroverWorkers
internal import Logging

/// The configuration of a server that runs, and how to read it again.
final class ReloadableConfiguration: ConfigurationSource {
    private let program: String
    // Names of the sockets that the service manager has passed.
    private let activated: [String]
    private let assembly: TransportAssembly
    private var loaded: LoadedSettings
    private var candidate: (loaded: LoadedSettings, configuration: ServerConfiguration)?
    private(set) var current: ServerConfiguration
    private(set) var hasChanges = false

    /// Takes what was loaded: looks up users, opens logs and makes transports.
    ///
    /// `hasPredecessor` says whether another server goes on if that fails.
    ///
    /// - Throws: `Credentials.Unknown`, `SystemError` for a log that cannot be opened, or `SettingsIssues`.
    init(
        _ loaded: LoadedSettings, program: String, activated: [String], hasPredecessor: Bool,
        transports assembly: TransportAssembly
    ) throws {
        self.program = program
        self.activated = activated
        self.assembly = assembly
        self.loaded = loaded
        current = try Self.configuration(loaded, program, activated, assembly, hasPredecessor)
    }

    func read() throws -> ServerConfiguration {
        candidate = nil
        let newer = try loaded.reloaded()
        let changes = loaded.changes(to: newer)
        hasChanges = !changes.isEmpty
        let fixed = changes.filter { $0.effect == .restart }.map(\.name)
        if !fixed.isEmpty { throw NeedsRestart(names: fixed) }
        let configuration = try Self.configuration(newer, program, activated, assembly, true)
        for warning in newer.warnings { configuration.logs.logger.warning("\(warning)") }
        candidate = (newer, configuration)
        return configuration
    }

    func adopt() {
        guard let candidate else { return }
        loaded = candidate.loaded
        current = candidate.configuration
        current.logs.becomeCurrent()
        self.candidate = nil
    }

    func text(json: Bool) -> String {
        let printer = ConfigPrinter(loaded)
        return json ? printer.json() : printer.yaml()
    }

    private static func configuration(
        _ loaded: LoadedSettings, _ program: String, _ activated: [String], _ assembly: TransportAssembly,
        _ hasPredecessor: Bool
    ) throws -> ServerConfiguration {
        var settings = loaded.settings
        if loaded.listensByDefault, !activated.isEmpty {
            // Who passes sockets and names no address wants to be served on those.
            let standard = settings.listeners[0]
            settings.listeners = activated.map { name in
                var listener = standard
                listener.bind = .named(name)
                return listener
            }
        }
        let credentials = try loaded.credentials()
        let logs = try ServerLogs(loaded.settings.logging, program: program, owner: credentials)
        return ServerConfiguration(
            settings: settings, credentials: credentials, logs: logs,
            transports: try assembly.transports(for: settings, hasPredecessor: hasPredecessor))
    }
}

/// A reload that would have to change what a running server cannot.
struct NeedsRestart: Error, CustomStringConvertible {
    let names: [String]

    var description: String {
        let list = names.joined(separator: ", ")
        return names.count == 1
            ? "\(list) has changed, which takes a restart; put it back or restart the server"
            : "\(list) have changed, which takes a restart; put them back or restart the server"
    }
}
