import ArgumentParser
import DroverCore

/// A chapter of the settings as command-line options, made from the table and from nothing else.
///
/// The argument parser finds a type's options by reflection and asks the type to decode itself, so a type that
/// reflects as the table's rows has the table's options.
struct GroupFlags<Chapter: SettingChapter>: ParsableArguments, CustomReflectable {
    /// What the command line said.
    private(set) var layer = SettingsLayer()

    init() {}

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: OptionKey.self)
        for row in Self.rows { layer[row.path] = try row.node(in: values) }
    }

    var customMirror: Mirror {
        Mirror(self, children: Self.rows.map { (label: $0.optionKey.stringValue, value: $0.option) })
    }

    /// The rows of this chapter that have a flag.
    private static var rows: [SettingRow] {
        let rows = FlagTable.current?.rows ?? []
        return rows.filter { !$0.spec.flags.isEmpty && Chapter.contains($0.group) }
    }
}

/// The table that the options are made from while the argument parser runs.
package enum FlagTable {
    /// Set by the caller of the parser, which makes options from types alone: there is no other way to hand it one.
    @TaskLocal package static var current: SettingsTable?
}
