package import DroverCore

/// Makes the transports that a configuration's listeners name, in the arbiter.
package struct TransportAssembly: Sendable {
    private let registry: WorkerRegistry
    private let areas: SharedAreas

    package init(_ registry: WorkerRegistry, areas: SharedAreas) {
        self.registry = registry
        self.areas = areas
    }

    /// A transport for each listener; those that would be alike share one.
    ///
    /// - Parameters:
    ///   - settings: What names them.
    ///   - hasPredecessor: Whether older workers serve on if they cannot be made.
    /// - Returns: The transports, in the order of the listeners.
    /// - Throws: `SettingsIssues` with every mistake there is.
    package func transports(
        for settings: Settings, hasPredecessor: Bool
    ) throws(SettingsIssues) -> [any Transport] {
        var made: [Made] = []
        var transports: [any Transport] = []
        var issues: [SettingsIssue] = []
        for listener in settings.listeners {
            do {
                transports.append(try transport(of: listener, settings, hasPredecessor, &made))
            } catch let issue as SettingsIssue {
                issues.append(issue)
            } catch let found as SettingsIssues {
                issues += found.issues
            } catch {
                issues.append(SettingsIssue(at: .builtIn, "transport '\(listener.transport)': \(error)"))
            }
        }
        var known: Set<SettingsIssue> = []
        issues = issues.filter { known.insert($0).inserted }
        guard issues.isEmpty else { throw SettingsIssues(issues) }
        return transports
    }

    /// What peers can choose; where there is no choice, what the listener's protocol is negotiated by, if it is.
    private func protocolNames(of listener: ListenerSettings) -> [String] {
        let others = listener.alternatives.entries.map(\.protocolName)
        let spoken = ([listener.protocolName] + others).compactMap { name in
            registry.protocols.first { $0.name == name }
        }
        return others.isEmpty ? spoken.flatMap(\.negotiatedNames) : spoken.flatMap(\.choosableNames)
    }

    private struct Made {
        let name: String
        let section: SettingsNode
        let protocolNames: [String]
        let transport: any Transport
    }

    private func transport(
        of listener: ListenerSettings, _ settings: Settings, _ hasPredecessor: Bool, _ made: inout [Made]
    ) throws -> any Transport {
        let name = listener.transport
        guard let definition = registry.transports.first(where: { $0.name == name }) else {
            throw NothingCalled(kind: "transport", name: name)
        }
        let names = protocolNames(of: listener)
        let declared = registry.plugin(offeringTransport: name)?.sections.first
        let section = declared.map { $0.completed(settings.section($0.name, for: listener)) } ?? .empty
        let alike = made.first { $0.name == name && $0.section == section && $0.protocolNames == names }
        if let alike { return alike.transport }
        let context = TransportContext(
            section: section, protocolNames: names, hasPredecessor: hasPredecessor, areas: areas)
        let transport = try definition.make(context)
        made.append(Made(name: name, section: section, protocolNames: names, transport: transport))
        return transport
    }
}
