internal import DroverConfig
internal import DroverCore
internal import DroverSystem

extension LoadedSettings {
    /// The user and group that the workers become; nil if they stay what the arbiter is.
    ///
    /// - Throws: `SettingsIssues` when this machine does not know the user or the group, or when this process may not become
    ///   it, which workers would find out one after the other.
    func credentials() throws(SettingsIssues) -> Credentials? {
        let process = settings.process
        guard process.user != nil || process.group != nil else { return nil }
        let credentials: Credentials
        do throws(Credentials.Unknown) {
            credentials = try Credentials(user: process.user, group: process.group)
        } catch {
            throw issue(about: error.kind, error.description)
        }
        switch credentials.obstacle {
        case nil: return credentials
        case let kind?:
            let name = (kind == "user" ? process.user : process.group) ?? "\(credentials.group)"
            // Without a group of its own the user's is meant.
            throw issue(
                about: origins[kind]?.place == .builtIn ? "user" : kind,
                "only root can run workers as the \(kind) '\(name)'; start as root, or leave 'user' and 'group' out")
        }
    }

    private func issue(about name: String, _ problem: String) -> SettingsIssues {
        SettingsIssues([SettingsIssue(at: origins[name]?.place ?? .builtIn, problem)])
    }
}
