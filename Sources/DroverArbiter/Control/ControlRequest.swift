/// One line that a client sends: a command, and the form in which it wants the answer.
package struct ControlRequest: Equatable, Sendable {
    package let command: ControlCommand
    /// Whether a program reads the answer.
    package let wantsJSON: Bool

    /// No request is longer, its line feed included.
    package static let longestLine = 1024

    /// A request.
    package init(_ command: ControlCommand, wantsJSON: Bool = false) {
        self.command = command
        self.wantsJSON = wantsJSON
    }

    /// Reads the words of a request: a command, what it needs, and `--json` anywhere.
    ///
    /// - Throws: `ControlMistake`.
    package init(words: [String]) throws(ControlMistake) {
        let operands = words.filter { $0 != "--json" }
        wantsJSON = operands.count < words.count
        if let flag = operands.first(where: { $0.hasPrefix("--") }) {
            throw ControlMistake("unknown flag '\(flag)'; there is only --json")
        }
        guard let name = operands.first else {
            throw ControlMistake("a command is missing; there are: \(ControlCommand.names.joined(separator: ", "))")
        }
        command = try ControlCommand(name, Array(operands.dropFirst()))
    }

    /// Reads a line that came over the socket, without its line feed.
    ///
    /// - Throws: `ControlMistake`.
    package init(line: some Collection<UInt8>) throws(ControlMistake) {
        guard line.count < Self.longestLine else {
            throw ControlMistake("the request is longer than \(Self.longestLine) bytes")
        }
        // What is wrong is quoted in the answer, and may end up on a terminal.
        guard line.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0D }) else {
            throw ControlMistake("the request is no text")
        }
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0D }
        try self.init(words: line.split(whereSeparator: isBlank).map { String(decoding: $0, as: UTF8.self) })
    }

    /// The line to send, with its line feed.
    package var line: String {
        (command.words + (wantsJSON ? ["--json"] : [])).joined(separator: " ") + "\n"
    }
}
