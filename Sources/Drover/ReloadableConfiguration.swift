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
    /// The name of the folder to work in, which a link in it may make another one's by the next reload.
    private let folderName: String?
    private var loaded: LoadedSettings
    private var candidate: (loaded: LoadedSettings, configuration: ServerConfiguration)?
    private(set) var current: ServerConfiguration
    private(set) var hasChanges = false

    /// Takes what was loaded: looks up users, opens logs and makes transports; `directory` is the folder that the server was
    /// started in, by name.
    ///
    /// `hasPredecessor` says whether another server goes on if that fails.
    ///
    /// - Throws: `SystemError` for a log that cannot be opened, or `SettingsIssues`.
    init(
        _ loaded: LoadedSettings, program: String, directory: String?, activated: [String], hasPredecessor: Bool,
        transports assembly: TransportAssembly
    ) throws {
        self.program = program
        self.activated = activated
        self.assembly = assembly
        self.loaded = loaded
        folderName =
            loaded.settings.process.chdir.map { $0.first == "/" ? $0 : "\(directory ?? ".")/\($0)" } ?? directory
        current = try Self.configuration(loaded, program, activated, assembly, hasPredecessor)
    }

    func read() throws -> ServerConfiguration {
        candidate = nil
        let newer = try loaded.reloaded()
        let changes = loaded.changes(to: newer)
        let folder = try folder()
        hasChanges = !changes.isEmpty || hasMoved(to: folder)
        let fixed = changes.filter { $0.effect == .restart }.map(\.name)
        if !fixed.isEmpty { throw NeedsRestart(names: fixed) }
        let read = { try Self.configuration(newer, self.program, self.activated, self.assembly, true, folder) }
        let configuration = try folder?.during(read) ?? read()
        for warning in newer.warnings { configuration.logs.logger.warning("\(warning)") }
        candidate = (newer, configuration)
        return configuration
    }

    /// What the working folder's name means by now; nil for the folder that the arbiter is in.
    private func folder() throws(SystemError) -> WorkingFolder? {
        guard let folderName else { return nil }
        do throws(SystemError) {
            let folder = try WorkingFolder(named: folderName)
            return folder.isCurrent ? nil : folder
        } catch  where error.code == SystemError.permissionDenied {
            // The server was started in a folder that this user may work in but not enter: it stays there.
            return nil
        }
    }

    private func hasMoved(to folder: WorkingFolder?) -> Bool {
        guard let before = current.folder, let folder else { return (current.folder == nil) != (folder == nil) }
        return !before.isSame(as: folder)
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
        _ hasPredecessor: Bool, _ folder: WorkingFolder? = nil
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
            transports: try assembly.transports(for: settings, hasPredecessor: hasPredecessor), folder: folder)
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
