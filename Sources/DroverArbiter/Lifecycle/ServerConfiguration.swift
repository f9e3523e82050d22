package import DroverCore
package import DroverSystem

/// Everything that a generation of workers is started from.
package struct ServerConfiguration: Sendable {
    package let settings: Settings
    /// Who the workers become; nil for who the arbiter is.
    package let credentials: Credentials?
    /// Where the arbiter and the workers write.
    package let logs: ServerLogs
    /// How bytes travel on each of the settings' listeners.
    package let transports: [any Transport]
    /// The folder in which relative paths begin; nil for the folder in which the arbiter was started.
    ///
    /// A link that leads to the arbiter's folder may have been moved to a new release since.
    package let folder: WorkingFolder?

    package init(
        settings: Settings, credentials: Credentials?, logs: ServerLogs, transports: [any Transport],
        folder: WorkingFolder? = nil
    ) {
        self.folder = folder
        self.settings = settings
        self.transports = transports
        self.credentials = credentials
        self.logs = logs
    }
}

extension ServerConfiguration {
    /// Runs `body` in the folder where the configuration's relative paths begin.
    ///
    /// The arbiter itself stays where it was started: its pid file and its sockets lie there.
    package func inFolder<R>(_ body: () throws -> R) throws -> R {
        guard let folder else { return try body() }
        return try folder.during(body)
    }
}

/// Where configurations come from: the file, the flags and the environment, read again for each reload.
package protocol ConfigurationSource: AnyObject {
    /// The one in force.
    var current: ServerConfiguration { get }
    /// Reads the sources again.
    ///
    /// - Throws: What is wrong there, or what cannot change without a restart; `current` stays what it is.
    func read() throws -> ServerConfiguration
    /// Whether the one that was read last says anything that the one in force does not, or works in another folder; files
    /// that settings name are not what it says.
    var hasChanges: Bool { get }
    /// Puts the one that was read last in force.
    func adopt()
    /// The one in force with the origin of each value, for people or as JSON.
    func text(json: Bool) -> String
}
