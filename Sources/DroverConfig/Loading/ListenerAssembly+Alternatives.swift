import DroverCore

extension ListenerAssembly {
    /// Gives each alternative of `listener` its application, and makes sure that clients can choose it.
    func completeAlternatives(
        _ listener: inout ListenerSettings, _ node: SettingsNode?, _ issues: inout [SettingsIssue]
    ) {
        guard let node, !listener.alternatives.entries.isEmpty else { return }
        let vocabulary = table.vocabulary
        do throws(SettingsIssue) {
            if !vocabulary.negotiating.contains(listener.transport) {
                throw node.issue(
                    "has no effect: on the transport '\(listener.transport)' no client can choose a protocol"
                        + Self.offer(vocabulary.negotiating.sorted(), "one can on"))
            }
            var known = [listener.protocolName]
            for index in listener.alternatives.entries.indices {
                let name = listener.alternatives.entries[index].protocolName
                try check(name, among: vocabulary.protocols, "protocol", node)
                if known.contains(name) { throw node.issue("names '\(name)', which the listener speaks already") }
                known.append(name)
                let standard = vocabulary.defaultApplication(for: name)
                let application = listener.alternatives.entries[index].application
                if application.isEmpty {
                    listener.alternatives.entries[index].application = standard
                } else if vocabulary.applicationsByProtocol[name]?.isNeeded == false {
                    throw node.issue("names '\(application)' for '\(name)', which calls no application")
                } else {
                    try check(application, among: vocabulary.applications, "application", node)
                }
                let chosen = listener.alternatives.entries[index].application
                if let mistake = vocabulary.mistake(in: chosen, for: name) { throw node.issue("is wrong: \(mistake)") }
            }
        } catch {
            issues.append(error)
        }
    }

    private func check(
        _ name: String, among choices: [SettingChoice], _ noun: String, _ node: SettingsNode
    ) throws(SettingsIssue) {
        let names = choices.map(\.name)
        guard !names.contains(name) else { return }
        throw node.issue(
            "names the unknown \(noun) '\(name)'\(Suggestion.question(for: name, among: names))"
                + Self.offer(names, "there are"))
    }

    private static func offer(_ names: [String], _ words: String) -> String {
        names.isEmpty ? "" : " (\(words): \(names.joined(separator: ", ")))"
    }
}
