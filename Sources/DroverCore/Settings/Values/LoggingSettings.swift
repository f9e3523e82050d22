package import Logging

/// What is logged, and where to.
package struct LoggingSettings: Sendable, Equatable {
    /// The least important level that is written.
    package var level = Logger.Level.info
    /// The error log's path; `-` is standard error.
    package var errorFile = "-"
    /// The access log's path; `-` is standard output, `syslog` a log receiver, nil is none.
    package var accessFile: String?
    /// What a line of the access log says: a format's name, or text with atoms.
    package var accessFormat = "combined"

    /// The defaults.
    package init() {}

    /// The level by its name, which is how a person writes it; a name that is none changes nothing.
    package var levelName: String {
        get { level.rawValue }
        set { level = Logger.Level(rawValue: newValue) ?? level }
    }

    /// The levels' names, the least important first.
    package static let levelNames = Logger.Level.allCases.map(\.rawValue)
}
