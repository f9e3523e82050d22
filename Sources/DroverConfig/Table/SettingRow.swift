package import DroverCore

/// One row of the table: a setting, its chapter, and the field it fills.
///
/// It is a class because the argument parser asks for all rows again and again, and a row is a dozen references.
package final class SettingRow: Sendable {
    /// The setting.
    package let spec: SettingSpec
    /// The chapter it stands in.
    package let group: SettingGroup
    /// The field it fills.
    let field: Field

    init(spec: SettingSpec, group: SettingGroup, field: Field) {
        self.spec = spec
        self.group = group
        self.field = field
    }

    /// What a row fills.
    enum Field: Sendable {
        /// A field of `Settings`.
        case server(Access<Settings>)
        /// A field of every listener; at the top of the file it is the default for those that do not say.
        case listener(Access<ListenerSettings>, Spelling)
        /// The addresses, each of which makes a listener.
        case bind
        /// An entry of a plugin's section.
        case section(String)
        /// Nothing: it is for the command line only.
        case commandLine
    }

    /// Where a listener's setting can be written.
    enum Spelling: Sendable {
        case anywhere, onlyAtTop, onlyInListener
    }

    /// How a value gets into a field and out of it.
    struct Access<Root>: Sendable {
        let store: @Sendable (SettingValue, inout Root) -> Void
        let read: @Sendable (Root) -> SettingValue

        init<Value: SettingConvertible>(_ path: any WritableKeyPath<Root, Value> & Sendable) {
            store = { value, root in
                guard let field = Value(settingValue: value) else {
                    // The row says one type and its field is of another: no input can mend that.
                    fatalError("a setting's type does not fit its field: \(value) for \(Value.self)")
                }
                root[keyPath: path] = field
            }
            read = { root in root[keyPath: path].settingValue }
        }
    }

    /// The name that no other row has: a section's settings carry the section's name.
    package var path: String {
        if case .section(let name) = field { "\(name).\(spec.name)" } else { spec.name }
    }

    /// The environment variable that sets it; nil when it can only be written in the file.
    package var environment: String? {
        switch field {
        case .listener(_, .onlyInListener): nil
        case .commandLine where spec.type == .boolean: nil
        default: "DROVER_" + String(path.map { $0 == "." || $0 == "-" ? "_" : $0 }).uppercased()
        }
    }

    /// Whether it can stand at the top of the file.
    var isTopLevel: Bool {
        switch field {
        case .server, .bind, .listener(_, .anywhere), .listener(_, .onlyAtTop): true
        case .listener(_, .onlyInListener), .section, .commandLine: false
        }
    }

    /// Whether it can stand in an entry of `listeners`.
    var isInListener: Bool {
        switch field {
        case .bind, .listener(_, .anywhere), .listener(_, .onlyInListener): true
        case .listener(_, .onlyAtTop), .server, .section, .commandLine: false
        }
    }
}
