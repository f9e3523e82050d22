internal import DroverSystem
public import Logging

/// A log handler that makes one line of an entry: time, level, process, message, then metadata as `key=value`.
public struct LineLogHandler: LogHandler {
    /// Entries below this level are not written.
    public var logLevel: Logger.Level
    /// What is written after each message of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Metadata of the task that writes.
    public var metadataProvider: Logger.MetadataProvider?
    private let sink: LogSink

    package init(sink: LogSink, level: Logger.Level) {
        self.sink = sink
        logLevel = level
    }

    /// One value of `metadata`.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the entry as one line with one write(2), so lines of several processes never mix.
    ///
    /// A reader that stalls loses lines, and is told how many once it reads again.
    public func log(event: Logging.LogEvent) {
        var line = "\(head(event.level)) \(event.message)"
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
        if let own = event.metadata { fields.merge(own) { _, new in new } }
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(quotedIfNeeded("\(value)"))"
        }
        if let error = event.error { line += " error=\(quotedIfNeeded("\(error)"))" }
        sink.write(Array("\(oneLine(line))\n".utf8)) { lost in
            Array("\(head(.warning)) event=log_dropped pid=\(currentProcess) lines=\(lost)\n".utf8)
        }
    }

    private func head(_ level: Logger.Level) -> String {
        "\(WallClock.timestamp()) \(level) [\(currentProcess)]"
    }

    // Whatever a peer or a user managed to get into a message stays on its own line.
    private func oneLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case let other where other.value < 0x20 || other.value == 0x7F:
                result += "\\x" + (other.value < 16 ? "0" : "") + String(other.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// The value of a `key=value` pair: in quotes where it would otherwise not read as one word.
package func quotedIfNeeded(_ text: String) -> String {
    let plain =
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
    if plain { return text }
    return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}

extension String {
    fileprivate func replacing(_ character: Character, with text: String) -> String {
        contains(character) ? reduce(into: "") { $0 += $1 == character ? text : String($1) } : self
    }
}
