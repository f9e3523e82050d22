package import DroverCore

/// A configuration that was read and found right, and where each value came from.
package struct LoadedSettings: Sendable {
    /// What the server goes by.
    package let settings: Settings
    /// Where each value was written, by the row's path; a listener's is `listeners[0].backlog`.
    package let origins: [String: ValueOrigin]
    /// What is not wrong but probably not meant.
    package let warnings: [SettingsIssue]
    /// The configuration file; nil when there is none.
    package let file: String?
    /// What reads it again.
    package let loader: SettingsLoader
    let flags: SettingsLayer

    /// Whether no source has said where to listen.
    package var listensByDefault: Bool {
        settings.listeners.count == 1 && origins["listeners[0].bind"]?.place == .builtIn
    }

    /// Reads the same sources again, which is what a reload does first.
    ///
    /// - Throws: `SettingsIssues`, and this configuration is still good.
    package func reloaded() throws(SettingsIssues) -> LoadedSettings {
        try loader.load(flags: flags)
    }

    /// The settings whose values differ in `newer`, with the moment at which each change counts.
    package func changes(to newer: LoadedSettings) -> [(name: String, effect: SettingSpec.Effect)] {
        var changes: [(name: String, effect: SettingSpec.Effect)] = []
        if settings.listeners != newer.settings.listeners { changes.append(("listeners", .reload)) }
        for row in loader.table.rows {
            switch row.field {
            case .server(let access) where access.read(settings) != access.read(newer.settings):
                changes.append((row.path, row.spec.effect))
            case .section(let name):
                let (old, new) = (settings.sections[name], newer.settings.sections[name])
                if old?[row.spec.name] != new?[row.spec.name] { changes.append((row.path, row.spec.effect)) }
            case .server, .listener, .bind, .commandLine:
                break
            }
        }
        return changes
    }
}

/// Where a value came from.
package struct ValueOrigin: Sendable, Equatable, CustomStringConvertible {
    /// Where it was written.
    package let place: SettingsPlace
    /// What to say about how it came about, as for `auto`.
    package let note: String?

    init(_ place: SettingsPlace, note: String? = nil) {
        self.place = place
        self.note = note
    }

    /// The place and the note.
    package var description: String {
        if let note { "\(place) (\(note))" } else { place.description }
    }
}
