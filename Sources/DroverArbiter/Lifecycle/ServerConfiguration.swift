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

    package init(
        settings: Settings, credentials: Credentials?, logs: ServerLogs, transports: [any Transport]
    ) {
        self.settings = settings
        self.transports = transports
        self.credentials = credentials
        self.logs = logs
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
    /// Whether the one that was read last says anything that the one in force does not; files that settings name are
    /// not what it says.
    var hasChanges: Bool { get }
    /// Puts the one that was read last in force.
    func adopt()
    /// The one in force with the origin of each value, for people or as JSON.
    func text(json: Bool) -> String
}
