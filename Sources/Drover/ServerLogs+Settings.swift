internal import DroverCore
internal import DroverSystem

extension ServerLogs {
    /// Opens the logs that `settings` name.
    init(_ settings: LoggingSettings, program: String, owner: Credentials?) throws {
        let error = try LogSink(path: settings.errorFile, owner: owner)
        let access = try settings.accessFile.map { (path) throws -> any LineSink in
            if let receiver = try SyslogReceiver(path) { return SyslogSink(to: receiver, name: "\(program).access") }
            return try LogSink(path: path, standard: StandardStreams.output.rawValue, owner: owner)
        }
        self.init(label: program, level: settings.level, error: error, access: access)
    }
}
