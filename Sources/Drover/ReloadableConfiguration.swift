internal import DroverArbiter
internal import DroverConfig
internal import DroverCore
internal import DroverSystem
internal import Logging

/// The configuration of a server that runs, and how to read it again.
final class ReloadableConfiguration: ConfigurationSource {
    private let program: String
    private var loaded: LoadedSettings
    private var candidate: (loaded: LoadedSettings, configuration: ServerConfiguration)?
    private(set) var current: ServerConfiguration

    /// Takes what was loaded: looks up users and opens logs.
    ///
    /// - Throws: `Credentials.Unknown`, or `SystemError` for a log that cannot be opened.
    init(_ loaded: LoadedSettings, program: String) throws {
        self.program = program
        self.loaded = loaded
        current = try Self.configuration(loaded, program)
    }

    func read() throws -> ServerConfiguration {
        candidate = nil
        let newer = try loaded.reloaded()
        let fixed = loaded.changes(to: newer).filter { $0.effect == .restart }.map(\.name)
        if !fixed.isEmpty { throw NeedsRestart(names: fixed) }
        let configuration = try Self.configuration(newer, program)
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

    private static func configuration(_ loaded: LoadedSettings, _ program: String) throws -> ServerConfiguration {
        let process = loaded.settings.process
        let anonymous = process.user == nil && process.group == nil
        let credentials = anonymous ? nil : try Credentials(user: process.user, group: process.group)
        let logs = try ServerLogs(loaded.settings.logging, program: program, owner: credentials)
        return ServerConfiguration(settings: loaded.settings, credentials: credentials, logs: logs)
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
