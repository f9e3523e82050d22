import DroverCore

/// Prints the configuration in force, with the place each value came from.
package struct ConfigPrinter {
    private let loaded: LoadedSettings
    private let table: SettingsTable

    /// A printer for a configuration.
    package init(_ loaded: LoadedSettings) {
        self.loaded = loaded
        table = loaded.loader.table
    }

    /// A drover.yaml that means the same, with a comment after each value.
    package func yaml() -> String {
        var text = YAMLWriter()
        text.comment("The configuration in force; after each value the place it comes from.")
        text.comment("Configuration file: \(loaded.file ?? "none").")
        text.key("listeners")
        for listener in listeners() {
            for (index, entry) in listener.values.enumerated() {
                text.line(index == 0 ? "  - " : "    ", entry.name, Self.yaml(entry.value), entry.origin)
            }
            for section in listener.sections {
                text.line("    ", section.name, JSONText.tree(section.node), section.node.place.description)
            }
        }
        for entry in serverValues() { text.line("", entry.name, Self.yaml(entry.value), entry.origin) }
        for section in table.vocabulary.sections where !section.settings.isEmpty {
            text.key(section.name)
            for entry in sectionValues(section) {
                text.line("  ", entry.name, Self.yaml(entry.value), entry.origin)
            }
        }
        return text.finished
    }

    /// The same as one JSON object, each value with its `from`.
    package func json() -> String {
        let listeners = listeners().map { listener in
            let own = listener.sections.map { (name: $0.name, value: JSONText.tree($0.node)) }
            return JSONText.lines(listener.values.map { ($0.name, Self.json($0)) } + own, indent: "    ")
        }
        let sections = table.vocabulary.sections.map { section in
            let values = sectionValues(section).map { ($0.name, Self.json($0)) }
            return (name: section.name, value: JSONText.lines(values, indent: "    "))
        }
        return JSONText.lines([
            (name: "file", value: loaded.file.map(JSONText.string) ?? "null"),
            (name: "listeners", value: JSONText.array(listeners)),
            (name: "settings", value: JSONText.lines(serverValues().map { ($0.name, Self.json($0)) }, indent: "  ")),
            (name: "sections", value: JSONText.lines(sections, indent: "  ")),
        ]) + "\n"
    }

    /// One line that says what would be served.
    package func summary() -> String {
        let settings = loaded.settings
        let listeners = settings.listeners.map(summary).joined(separator: ", ")
        let count = settings.workers.count
        return "\(count) \(settings.workers.className) worker\(count == 1 ? "" : "s"), \(listeners)"
    }

    private func summary(_ listener: ListenerSettings) -> String {
        let isPlain = listener.transport == ListenerSettings.plainTransport
        let label = table.vocabulary.transportLabels[listener.transport] ?? listener.transport
        return "\(listener.protocolName)\(isPlain ? "" : " over \(label)") on \(listener.bind)"
    }

    private struct Entry {
        let name: String
        let value: SettingValue
        let origin: String
    }

    private func entry(_ name: String, _ path: String, _ value: SettingValue) -> Entry {
        Entry(name: name, value: value, origin: (loaded.origins[path] ?? ValueOrigin(.builtIn)).description)
    }

    private func listeners() -> [(values: [Entry], sections: [(name: String, node: SettingsNode)])] {
        loaded.settings.listeners.enumerated().map { index, listener in
            let prefix = "listeners[\(index)]."
            var values = [entry("bind", prefix + "bind", .string(listener.bind.description))]
            for row in table.rows where row.isInListener {
                guard case .listener(let access, _) = row.field else { continue }
                let value = access.read(listener)
                // A server without applications has no name to give; an empty one would not read back.
                if value == .string("") { continue }
                values.append(entry(row.spec.name, prefix + row.spec.name, value))
            }
            let sections = listener.sections.sorted { $0.key < $1.key }.map { (name: $0.key, node: $0.value) }
            return (values, sections)
        }
    }

    private func serverValues() -> [Entry] {
        table.rows.compactMap { row in
            guard case .server(let access) = row.field else { return nil }
            return entry(row.spec.name, row.path, access.read(loaded.settings))
        }
    }

    private func sectionValues(_ section: any SettingsSection) -> [Entry] {
        table.rows(ofSection: section.name).map { row in
            let node = loaded.settings.sections[section.name]?[row.spec.name]
            let value = node.flatMap { try? row.spec.value(of: $0) } ?? .unset
            return entry(row.spec.name, row.path, value)
        }
    }

    /// A size is easier to read as 64k, and that reads back.
    private static func yaml(_ value: SettingValue) -> String {
        switch value {
        case .byteCount(let count): ByteCountText.text(for: count)
        case .string(let text): YAMLWriter.plain(text)
        default: JSONText.value(value)
        }
    }

    private static func json(_ entry: Entry) -> String {
        JSONText.object([("value", JSONText.value(entry.value)), ("from", JSONText.string(entry.origin))])
    }
}
