public import Logging

extension Logger {
    /// Logs something that tools may look for: `event=worker_ready slot=0 pid=41 generation=1`.
    ///
    /// Names and keys are a contract with who reads the log: they change only with a line in the changelog. A name is a
    /// noun and a participle in snake case, `method_failed`. A value with a space, a quote, an equals sign or a control
    /// character is quoted, and what would break the line is escaped; so a value may come from a peer. Nothing is
    /// described for a level that is not logged.
    ///
    /// A peer's mistake is not above `info`, and goes through a ``NoticePacer``.
    public func event(
        _ level: Logger.Level, _ name: String, _ fields: KeyValuePairs<String, any CustomStringConvertible> = [:]
    ) {
        guard level >= logLevel else { return }
        var text = "event=\(name)"
        for (key, value) in fields { text += " \(key)=\(quotedIfNeeded(value.description))" }
        log(level: level, "\(text)")
    }
}
