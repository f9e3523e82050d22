import ArgumentParser
import DroverCore

/// The flags for all settings, as a command reflects and decodes them: a titled group of options a chapter.
///
/// It is no group of options itself, since in a debug build the argument parser's checks of itself cost three times as
/// much for every level of nesting.
package struct SettingFlags: Sendable {
    /// What the command line said.
    package private(set) var layer = SettingsLayer()

    /// Which of a command's flags there are.
    package enum Kind: Sendable {
        /// Those of the settings.
        case settings
        /// Those of the settings, and what `serve` can do instead of serving.
        case settingsAndActions

        fileprivate var chapters: [any SettingChapter.Type] {
            let chapters: [any SettingChapter.Type] = [
                ConfigurationChapter.self, ListenersChapter.self, WorkersChapter.self, TimeoutsChapter.self,
                ProcessChapter.self, LoggingChapter.self, SectionsChapter.self,
            ]
            return self == .settings ? chapters : chapters + [CommandLineChapter.self]
        }
    }

    /// Flags of which none was given.
    package init() {}

    /// Takes what the argument parser found for a command that reflects `options(kind)`.
    package init(_ kind: Kind = .settings, from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: OptionKey.self)
        for chapter in kind.chapters {
            // Each row belongs to one chapter, so no two layers share a path.
            layer.nodes.merge(try Self.layer(of: chapter, in: values).nodes) { first, _ in first }
        }
    }

    /// The groups of options that a command with these flags reflects.
    package static func options(_ kind: Kind = .settings) -> [Mirror.Child] {
        kind.chapters.map { option(for: $0) }
    }

    /// Whether a switch was given.
    package func isGiven(_ path: String) -> Bool {
        layer[path] != nil
    }

    private static func option<Chapter: SettingChapter>(for chapter: Chapter.Type) -> Mirror.Child {
        (label: chapter.title, value: OptionGroup<GroupFlags<Chapter>>(title: chapter.title))
    }

    private static func layer<Chapter: SettingChapter>(
        of chapter: Chapter.Type, in values: KeyedDecodingContainer<OptionKey>
    ) throws -> SettingsLayer {
        let key = OptionKey(stringValue: chapter.title)
        return try values.decode(OptionGroup<GroupFlags<Chapter>>.self, forKey: key).wrappedValue.layer
    }
}
