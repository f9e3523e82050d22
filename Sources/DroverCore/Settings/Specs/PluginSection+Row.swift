extension PluginSection {
    /// A setting with the field that it fills, or the settings of a part that several plugins share.
    public struct Row: Sendable {
        let fields: [Field]

        struct Field: Sendable {
            /// The setting, with the default that fresh settings have.
            let declare: @Sendable (Settings) -> SettingSpec
            /// Reads a value into its field.
            let store: @Sendable (SettingsNode, SettingSpec, inout Settings) throws -> Void
        }

        /// A setting whose field says what its value can be, or says it together with `type`.
        ///
        /// - Parameters:
        ///   - name: The key in the file, in snake case.
        ///   - path: The field. Its value in a fresh struct is the default; nil, an empty text and an empty list are none.
        ///   - type: What the value can be, where the field's type does not say it: a range, a number of bytes, a path.
        ///   - flags: Long flags with their dashes, first the one to advertise.
        ///   - shortFlag: A letter that means the first flag.
        ///   - effect: When a change takes effect.
        ///   - gunicorn: What gunicorn calls it.
        ///   - summary: What it does, in a sentence or two.
        /// - Returns: The row.
        public static func setting<Value: SettingConvertible>(
            _ name: String, _ path: any WritableKeyPath<Settings, Value> & Sendable, as type: SettingType? = nil,
            flags: [String] = [], shortFlag: Character? = nil, effect: SettingSpec.Effect = .reload,
            gunicorn: String? = nil, _ summary: String
        ) -> Row {
            let field = Field { standard in
                SettingSpec(
                    name, type ?? Value.settingType, default: standard[keyPath: path].settingValue.orUnset,
                    flags: flags,
                    shortFlag: shortFlag, effect: effect, gunicorn: gunicorn, summary)
            } store: { node, spec, settings in
                let value = try spec.value(of: node)
                guard let field = Value(settingValue: value) else {
                    fatalError("the setting '\(name)' has a type that \(Value.self) cannot hold: \(value)")
                }
                settings[keyPath: path] = field
            }
            return Row(fields: [field])
        }

        /// A setting whose field keeps the node, so that a mistake that is found later, as in a file, can be reported
        /// where the value was written.
        ///
        /// - Parameters:
        ///   - name: The key in the file, in snake case.
        ///   - path: The field. The text of a node in a fresh struct is the default.
        ///   - type: What the value can be; it has been checked when the node is stored.
        ///   - flags: Long flags with their dashes, first the one to advertise.
        ///   - effect: When a change takes effect.
        ///   - gunicorn: What gunicorn calls it.
        ///   - summary: What it does, in a sentence or two.
        /// - Returns: The row.
        public static func setting(
            _ name: String, _ path: any WritableKeyPath<Settings, SettingsNode?> & Sendable, as type: SettingType,
            flags: [String] = [], effect: SettingSpec.Effect = .reload, gunicorn: String? = nil, _ summary: String
        ) -> Row {
            let field = Field { standard in
                SettingSpec(
                    name, type, default: standard[keyPath: path]?.text.map(SettingValue.string) ?? .unset, flags: flags,
                    effect: effect,
                    gunicorn: gunicorn, summary)
            } store: { node, spec, settings in
                _ = try spec.value(of: node)
                settings[keyPath: path] = node
            }
            return Row(fields: [field])
        }

        /// A setting without a default that needs a reader of its own: a list of mappings, texts with a grammar.
        ///
        /// - Parameters:
        ///   - name: The key in the file, in snake case.
        ///   - path: The field; it keeps its value where the setting is left out.
        ///   - type: What the value can be, which is checked before it is read; `tree` is anything.
        ///   - flags: Long flags with their dashes, first the one to advertise.
        ///   - effect: When a change takes effect.
        ///   - gunicorn: What gunicorn calls it.
        ///   - summary: What it does, in a sentence or two.
        ///   - read: Reads the value. It throws `SettingsIssue` at the node that is wrong: `throw node.issue("must be …")`.
        /// - Returns: The row.
        public static func setting<Value: Sendable>(
            _ name: String, _ path: any WritableKeyPath<Settings, Value> & Sendable, as type: SettingType,
            flags: [String] = [], effect: SettingSpec.Effect = .reload, gunicorn: String? = nil, _ summary: String,
            read: @escaping @Sendable (SettingsNode) throws -> Value
        ) -> Row {
            let field = Field { _ in
                SettingSpec(name, type, default: .unset, flags: flags, effect: effect, gunicorn: gunicorn, summary)
            } store: { node, spec, settings in
                _ = try spec.value(of: node)
                settings[keyPath: path] = try read(node)
            }
            return Row(fields: [field])
        }

        /// The settings of a part that several plugins have: its own rows, for the field at `path`.
        public static func part<Part: Sendable>(
            _ path: any WritableKeyPath<Settings, Part> & Sendable, _ rows: [PluginSection<Part>.Row]
        ) -> Row {
            Row(
                fields: rows.flatMap(\.fields).map { field in
                    Field { standard in
                        field.declare(standard[keyPath: path])
                    } store: { node, spec, settings in
                        try field.store(node, spec, &settings[keyPath: path])
                    }
                })
        }
    }
}

extension SettingValue {
    /// Nothing in place of an empty text or list, which is no default to show or to write.
    fileprivate var orUnset: SettingValue {
        self == .string("") || self == .list([]) ? .unset : self
    }
}
