/// A chapter as a type, since the argument parser tells groups of options apart by type.
protocol SettingChapter: SendableMetatype {
    /// The title above its flags.
    static var title: String { get }
    /// Whether the chapter has the settings of a group.
    static func contains(_ group: SettingGroup) -> Bool
}

/// Which file to read.
enum ConfigurationChapter: SettingChapter {
    static let title = SettingGroup.configuration.title
    static func contains(_ group: SettingGroup) -> Bool { group == .configuration }
}

/// Where to listen and what speaks there.
enum ListenersChapter: SettingChapter {
    static let title = SettingGroup.listeners.title
    static func contains(_ group: SettingGroup) -> Bool { group == .listeners }
}

/// The herd.
enum WorkersChapter: SettingChapter {
    static let title = SettingGroup.workers.title
    static func contains(_ group: SettingGroup) -> Bool { group == .workers }
}

/// The deadlines.
enum TimeoutsChapter: SettingChapter {
    static let title = SettingGroup.timeouts.title
    static func contains(_ group: SettingGroup) -> Bool { group == .timeouts }
}

/// The process.
enum ProcessChapter: SettingChapter {
    static let title = SettingGroup.process.title
    static func contains(_ group: SettingGroup) -> Bool { group == .process }
}

/// The logs.
enum LoggingChapter: SettingChapter {
    static let title = SettingGroup.logging.title
    static func contains(_ group: SettingGroup) -> Bool { group == .logging }
}

/// All plugins' sections.
enum SectionsChapter: SettingChapter {
    static let title = "Plugins"
    static func contains(_ group: SettingGroup) -> Bool {
        if case .section = group { true } else { false }
    }
}

/// What `serve` can do instead of serving.
enum CommandLineChapter: SettingChapter {
    static let title = SettingGroup.commandLine.title
    static func contains(_ group: SettingGroup) -> Bool { group == .commandLine }
}
