/// What the server is as a process.
package struct ProcessSettings: Sendable, Equatable {
    /// The name in the process title; nil is the program's own.
    package var name: String?
    /// The file that holds the arbiter's process id.
    package var pidfile: String?
    /// The control socket's path, or `off`; nil is beside the pid file, or by the name.
    package var controlSocket: String?
    /// The workers' user, by name or number; nil is the arbiter's.
    package var user: String?
    /// The workers' group, by name or number; nil is the user's own.
    package var group: String?
    /// The folder to work in; nil is where it was started.
    package var chdir: String?
    /// Whether it goes on in the background, without a terminal.
    package var daemon = false
    /// The permissions that files are made without; nil is what the process was started with.
    package var umask: FileMode?
    /// Whether what workers share is loaded in the arbiter, before the first fork.
    package var preload = false
    /// Who ends the old arbiter after an upgrade.
    package var upgrade = UpgradeMode.automatic
    /// Variables to put in the workers' environment, in order.
    package var environment: [EnvironmentVariable] = []

    /// The defaults.
    package init() {}
}

/// Who ends the old arbiter once a new one serves.
package enum UpgradeMode: String, Sendable, CaseIterable, ChoosableSetting {
    /// The old arbiter itself.
    case automatic
    /// An operator, who may also change his mind.
    case manual

    package static let settingNoun = "upgrade mode"

    package var settingMeaning: String {
        switch self {
        case .automatic: "the old arbiter drains itself when the new one serves"
        case .manual: "an operator does it, with WINCH and TERM, or takes it back with HUP"
        }
    }
}

/// A variable of the environment.
package struct EnvironmentVariable: Sendable, Hashable, SettingElement {
    /// What stands before the first `=`.
    package let name: String
    /// What stands after it.
    package let value: String

    /// The variable `name` with `value`.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package static let settingListType = SettingType.pairs

    package init?(settingText: String) {
        let name = settingText.prefix { $0 != "=" }
        self.init(String(name), String(settingText.dropFirst(name.count + 1)))
    }

    package var settingText: String { "\(name)=\(value)" }
}
