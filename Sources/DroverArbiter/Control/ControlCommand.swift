internal import DroverCore

/// What can be asked of a running arbiter.
package enum ControlCommand: Equatable, Sendable {
    /// How the server is, and its workers.
    case status
    case workers
    case listeners
    /// The configuration in force.
    case config
    /// What SIGHUP does, with its outcome.
    case reload
    /// What SIGUSR2 does, with its outcome.
    case upgrade
    /// So many workers from now on.
    case scale(Int)
    /// Replace the worker of a slot once it has finished what it has.
    case drain(slot: Int)
    /// Kill the worker of a slot.
    case kill(slot: Int)
    /// Open the log files again.
    case reopen
    /// Stop gracefully.
    case stop

    /// The words that name the commands, in the order in which help shows them.
    package static let names = [
        "status", "workers", "listeners", "config", "reload", "upgrade", "scale", "drain", "kill", "reopen", "stop",
    ]

    /// Whether it only looks, so that its answer comes at once.
    package var onlyLooks: Bool {
        switch self {
        case .status, .workers, .listeners, .config: true
        case .reload, .upgrade, .scale, .drain, .kill, .reopen, .stop: false
        }
    }

    /// The command as it is written.
    package var words: [String] {
        switch self {
        case .status: ["status"]
        case .workers: ["workers"]
        case .listeners: ["listeners"]
        case .config: ["config"]
        case .reload: ["reload"]
        case .upgrade: ["upgrade"]
        case .scale(let count): ["scale", String(count)]
        case .drain(let slot): ["drain", String(slot)]
        case .kill(let slot): ["kill", String(slot)]
        case .reopen: ["reopen"]
        case .stop: ["stop"]
        }
    }
}

extension ControlCommand {
    /// Reads a command's name and what follows it.
    ///
    /// - Throws: `ControlMistake` that says what would be right.
    init(_ name: String, _ operands: [String]) throws(ControlMistake) {
        switch name {
        case "scale":
            self = .scale(
                try Self.number(
                    operands, of: name, "the number of workers, from 1 to \(WorkerSettings.maximumCount)",
                    in: 1...WorkerSettings.maximumCount))
        case "drain": self = .drain(slot: try Self.slot(operands, of: name))
        case "kill": self = .kill(slot: try Self.slot(operands, of: name))
        default:
            guard let command = Self.plain(name) else { throw .unknown(command: name) }
            guard operands.isEmpty else {
                throw ControlMistake("'\(name)' takes nothing after it, not '\(operands[0])'")
            }
            self = command
        }
    }

    private static func plain(_ name: String) -> ControlCommand? {
        let plain: [ControlCommand] = [
            .status, .workers, .listeners, .config, .reload, .upgrade, .reopen, .stop,
        ]
        return plain.first { $0.words == [name] }
    }

    private static func slot(_ operands: [String], of name: String) throws(ControlMistake) -> Int {
        try number(
            operands, of: name, "a slot, such as \(name) 0; 'workers' lists them",
            in: 0...WorkerSettings.maximumCount - 1)
    }

    private static func number(
        _ operands: [String], of name: String, _ wanted: String, in range: ClosedRange<Int>
    ) throws(ControlMistake) -> Int {
        guard operands.count == 1, let number = Int(operands[0]), range.contains(number) else {
            throw ControlMistake("'\(name)' needs \(wanted)")
        }
        return number
    }
}

/// A request that makes no sense, and what would make sense.
package struct ControlMistake: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    static func unknown(command: String) -> ControlMistake {
        let question = Suggestion.question(for: command, among: ControlCommand.names)
        let offer = question.isEmpty ? " (there are: \(ControlCommand.names.joined(separator: ", ")))" : ""
        return ControlMistake("unknown command '\(command)'\(question)\(offer)")
    }
}
