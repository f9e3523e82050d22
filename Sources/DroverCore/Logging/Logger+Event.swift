package import Logging

extension Logger {
    /// Logs something that tools may look for: `event=worker_ready slot=0 pid=41 generation=1`.
    ///
    /// Names and keys are a contract: they change only with a line in the changelog.
    package func event(
        _ level: Logger.Level, _ name: String, _ fields: KeyValuePairs<String, any CustomStringConvertible> = [:]
    ) {
        guard level >= logLevel else { return }
        var text = "event=\(name)"
        for (key, value) in fields { text += " \(key)=\(quotedIfNeeded(value.description))" }
        log(level: level, "\(text)")
    }
}
