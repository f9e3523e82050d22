import ArgumentParser
import DroverCore

/// Flags that stand in an environment variable.
struct VariableFlags: ParsableCommand, CustomReflectable {
    private var flags = SettingFlags()

    init() {}

    init(from decoder: any Decoder) throws {
        flags = try SettingFlags(from: decoder)
    }

    var customMirror: Mirror { Mirror(self, children: SettingFlags.options()) }

    /// Reads the flags in `text`, the value of `variable`.
    ///
    /// - Throws: `SettingsIssue` that names the variable.
    static func layer(of text: String, variable: String, table: SettingsTable) throws(SettingsIssue) -> SettingsLayer {
        let words: [String]
        do {
            words = try ShellWords.split(text)
        } catch {
            throw SettingsIssue(at: .environment(variable), "cannot be split into words: \(error.reason)")
        }
        let result = FlagTable.$current.withValue(table) { () -> Result<SettingsLayer, SettingsIssue> in
            do {
                let layer = try VariableFlags.parse(FlagWords.partingJoined(words, table)).flags.layer
                return .success(SettingsLayer(nodes: layer.nodes.mapValues { $0.moved(to: variable) }))
            } catch {
                let isRequest = VariableFlags.exitCode(for: error).isSuccess
                let problem = FlagMistake.line(VariableFlags.message(for: error), table)
                return .failure(
                    SettingsIssue(
                        at: .environment(variable), isRequest ? "can hold the flags of settings only" : problem))
            }
        }
        return try result.get()
    }
}

extension ShellWords.Failure {
    fileprivate var reason: String {
        switch self {
        case .openQuote(let quote): "a \(quote) has no partner"
        case .trailingBackslash: "a backslash is its last character"
        }
    }
}

extension SettingsNode {
    /// The same node, said to stand in an environment variable.
    fileprivate func moved(to variable: String) -> SettingsNode {
        guard case .flag(let flag, _) = place else { return self }
        let newPlace = SettingsPlace.flag(flag, variable: variable)
        guard case .list(let elements) = content else { return SettingsNode(content, at: newPlace) }
        return SettingsNode(.list(elements.map { $0.moved(to: variable) }), at: newPlace)
    }
}
