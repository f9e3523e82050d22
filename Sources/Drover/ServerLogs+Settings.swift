internal import DroverCore
internal import DroverSystem

extension ServerLogs {
    /// Opens the logs that `settings` name.
    init(_ settings: LoggingSettings, program: String, owner: Credentials?) throws(SystemError) {
        let error = try LogSink(path: settings.errorFile, owner: owner)
        let access = try settings.accessFile.map { (path) throws(SystemError) in
            try LogSink(path: path, standard: StandardStreams.output.rawValue, owner: owner)
        }
        self.init(label: program, level: settings.level, error: error, access: access)
    }
}
