import DroverCore

// The rows below the table's chapters are written with these; a default is the field's own, so it stands in one place.
extension SettingRow {
    /// A row that fills a field of the server's settings.
    static func server<Value: SettingConvertible>(
        _ group: SettingGroup,
        _ path: any WritableKeyPath<Settings, Value> & Sendable,
        _ name: String,
        as type: SettingType? = nil,
        flags: [String]? = nil,
        shortFlag: Character? = nil,
        effect: SettingSpec.Effect = .reload,
        gunicorn: String? = nil,
        _ summary: String
    ) -> SettingRow {
        let spec = SettingSpec(
            name, type ?? Value.settingType, default: Settings()[keyPath: path].settingValue,
            flags: flags ?? [flag(for: name)],
            shortFlag: shortFlag, effect: effect, gunicorn: gunicorn, summary)
        return SettingRow(spec: spec, group: group, field: .server(Access(path)))
    }

    /// A row that fills a field of each listener.
    static func listener<Value: SettingConvertible>(
        _ path: any WritableKeyPath<ListenerSettings, Value> & Sendable,
        _ name: String,
        as type: SettingType? = nil,
        default defaultValue: SettingValue? = nil,
        group: SettingGroup = .listeners,
        flags: [String]? = nil,
        spelling: Spelling = .anywhere,
        gunicorn: String? = nil,
        _ summary: String
    ) -> SettingRow {
        let spec = SettingSpec(
            name, type ?? Value.settingType,
            default: defaultValue ?? ListenerSettings()[keyPath: path].settingValue,
            flags: spelling == .onlyInListener ? [] : flags ?? [flag(for: name)],
            gunicorn: gunicorn, summary)
        return SettingRow(spec: spec, group: group, field: .listener(Access(path), spelling))
    }

    /// The flag that a name makes when no other is given.
    private static func flag(for name: String) -> String {
        "--" + String(name.map { $0 == "_" ? "-" : $0 })
    }
}
