package import DroverCore
import DroverSystem

/// Reads the settings from all their sources: default < file < environment < flags.
package struct SettingsLoader: Sendable {
    /// The settings there are.
    package let table: SettingsTable
    /// Where to look.
    package let sources: SettingsSources

    /// A loader for a server's table.
    package init(table: SettingsTable, sources: SettingsSources) {
        self.table = table
        self.sources = sources
    }

    /// Reads everything, with `flags` on top.
    ///
    /// - Throws: `SettingsIssues` with every mistake there is, of overruled values too.
    package func load(flags: SettingsLayer) throws(SettingsIssues) -> LoadedSettings {
        var issues: [SettingsIssue] = []
        let (file, content, chosen, warnings) = read(flags, &issues)
        var settings = Settings()
        var origins: [String: ValueOrigin] = [:]
        for row in table.rows {
            guard case .server(let access) = row.field else { continue }
            let value = chosen[row.path]
            origins[row.path] = value?.origin ?? ValueOrigin(.builtIn)
            if let value { access.store(value.value, &settings) }
        }
        settings.sections = SectionAssembly(table).shared(content?.sections ?? [:], chosen, &origins, &issues)
        var assembly = ListenerAssembly(
            table: table, chosen: chosen, content: content, sections: settings.sections)
        settings.listeners = assembly.assemble(&origins, &issues)

        guard issues.isEmpty else { throw SettingsIssues(issues) }
        return LoadedSettings(
            settings: settings, origins: origins, warnings: warnings, file: file, loader: self, flags: flags)
    }

    /// What the sources say about the process, however wrong the rest of them is.
    ///
    /// Who talks to a running server has to find it also when its file was broken since.
    ///
    /// - Returns: The settings, and every mistake that may have hidden one.
    package func processSettings(flags: SettingsLayer) -> (settings: ProcessSettings, issues: [SettingsIssue]) {
        var issues: [SettingsIssue] = []
        let chosen = read(flags, &issues).chosen
        var settings = Settings()
        for row in table.rows {
            guard case .server(let access) = row.field, let value = chosen[row.path] else { continue }
            access.store(value.value, &settings)
        }
        return (settings.process, issues)
    }

    private func read(
        _ flags: SettingsLayer, _ issues: inout [SettingsIssue]
    ) -> (file: String?, content: FileContent?, chosen: [String: ChosenValue], warnings: [SettingsIssue]) {
        let environment = EnvironmentReader(sources.environment, table: table)
        issues += environment.issues
        let arguments = argumentsLayer(&issues)
        let path = flags["config"] ?? arguments["config"] ?? environment.layer["config"]
        let (file, content) = readFile(path, &issues)
        issues += content?.issues ?? []
        let layers = [content?.layer, environment.layer, arguments, flags].compactMap { $0 }
        return (file, content, chooseValues(from: layers, &issues), environment.warnings)
    }

    private func argumentsLayer(_ issues: inout [SettingsIssue]) -> SettingsLayer {
        let variable = EnvironmentReader.argumentsVariable
        guard let text = sources.environment[variable], !text.isEmpty else { return SettingsLayer() }
        do {
            return try VariableFlags.layer(of: text, variable: variable, table: table)
        } catch {
            issues.append(error)
            return SettingsLayer()
        }
    }

    /// The file that was asked for, or drover.yaml if it is there.
    private func readFile(
        _ node: SettingsNode?, _ issues: inout [SettingsIssue]
    ) -> (file: String?, content: FileContent?) {
        let path = node?.text ?? table.row("config")?.spec.defaultText ?? ""
        do {
            if let text = try sources.readFile(path) { return (path, FileContent(text, file: path, table: table)) }
            if let node { issues.append(SettingsIssue(at: node.place, "there is no file '\(path)'")) }
        } catch {
            issues.append(SettingsIssue(at: node?.place ?? .builtIn, "cannot read the configuration: \(error)"))
        }
        return (nil, nil)
    }

    /// The value of the highest layer for each row; every layer's value is checked, since a wrong file is wrong.
    private func chooseValues(from layers: [SettingsLayer], _ issues: inout [SettingsIssue]) -> [String: ChosenValue] {
        var chosen: [String: ChosenValue] = [:]
        for row in table.rows {
            for layer in layers {
                guard let node = layer[row.path] else { continue }
                do {
                    chosen[row.path] = resolve(try row.spec.value(of: node), node)
                } catch {
                    issues.append(error)
                }
            }
        }
        return chosen
    }

    private func resolve(_ value: SettingValue, _ node: SettingsNode) -> ChosenValue {
        guard value == .automatic else { return ChosenValue(value, node: node) }
        let count = max(1, min(sources.usableCPUs(), WorkerSettings.maximumCount))
        let note = "auto: \(count) usable CPU\(count == 1 ? "" : "s")"
        return ChosenValue(.integer(count), node: node, note: note)
    }
}

/// The value that won, and the node it was read from.
struct ChosenValue {
    let value: SettingValue
    let node: SettingsNode
    let origin: ValueOrigin

    init(_ value: SettingValue, node: SettingsNode, note: String? = nil) {
        self.value = value
        self.node = node
        self.origin = ValueOrigin(node.place, note: note)
    }
}
