import DroverCore

/// Makes the listeners: one for each entry of `listeners`, or one for each address of `bind`.
///
/// `bind` from a flag or from DROVER_BIND replaces the file's listeners. PORT does not: a hosting platform sets it for
/// every process, and it must not turn listeners that were written down into another one.
struct ListenerAssembly {
    let table: SettingsTable
    let chosen: [String: ChosenValue]
    let content: FileContent?
    /// The sections at the top, complete.
    let sections: [String: SettingsNode]
    /// Settings at the top that some listener goes by.
    private var used: Set<String> = []

    init(
        table: SettingsTable, chosen: [String: ChosenValue], content: FileContent?, sections: [String: SettingsNode]
    ) {
        self.table = table
        self.chosen = chosen
        self.content = content
        self.sections = sections
    }

    mutating func assemble(
        _ origins: inout [String: ValueOrigin], _ issues: inout [SettingsIssue]
    ) -> [ListenerSettings] {
        refuseBoth(&issues)
        var listeners: [ListenerSettings] = []
        for entry in entries() {
            let prefix = "listeners[\(listeners.count)]."
            listeners.append(listener(entry, prefix, &origins, &issues))
        }
        refuseRepeated(listeners, origins, &issues)
        refuseIdleFlags(&issues)
        return listeners
    }

    /// A mapping for each listener, with `bind` at least.
    private func entries() -> [SettingsNode] {
        let bind = chosen["bind"]
        let isWeak = bind == nil || bind?.node.place.position != nil || bind?.node.place == .environment("PORT")
        if isWeak, let listeners = content?.listeners { return listeners }
        guard let bind else { return [SettingsNode(.mapping([]), at: .builtIn)] }
        let addresses = (try? bind.node.elements()) ?? []
        return addresses.map { address in
            SettingsNode(.mapping([SettingsNode.Entry("bind", at: address.place, address)]), at: address.place)
        }
    }

    private mutating func listener(
        _ node: SettingsNode, _ prefix: String, _ origins: inout [String: ValueOrigin],
        _ issues: inout [SettingsIssue]
    ) -> ListenerSettings {
        var listener = ListenerSettings()
        origins[prefix + "bind"] = ValueOrigin(.builtIn)
        let entries = (try? node.entries()) ?? []
        if let address = entries.first(where: { $0.key == "bind" })?.value {
            origins[prefix + "bind"] = ValueOrigin(address.place)
            do {
                listener.bind = try BindAddress(address)
            } catch {
                issues.append(error)
            }
        }
        let names = values(for: node, &issues)
        let firstProtocol = table.vocabulary.protocols.first?.name ?? ""
        listener.protocolName = names["protocol"]?.value.text ?? firstProtocol
        listener.application = table.vocabulary.defaultApplication(for: listener.protocolName)
        for row in table.rows {
            guard case .listener(let access, let spelling) = row.field else { continue }
            // 'reuse_port' at the top is 'accept' in a listener: one origin for the two.
            let path = prefix + (spelling == .onlyAtTop ? "accept" : row.spec.name)
            origins[path] = origins[path] ?? ValueOrigin(.builtIn)
            guard let value = names[row.path] else { continue }
            access.store(value.value, &listener)
            origins[path] = value.origin
        }
        completeAlternatives(&listener, names["alternatives"]?.node, &issues)
        if listener.protocolName.isEmpty {
            issues.append(SettingsIssue(at: node.place, "this server has no protocol to speak: give it a plugin"))
        }
        if let mistake = table.vocabulary.mistake(in: listener.application, for: listener.protocolName) {
            // Where no application is named, the protocol is what was chosen.
            let place = (names["app"] ?? names["protocol"])?.node.place ?? node.place
            issues.append(SettingsIssue(at: place, mistake))
        }
        for entry in entries {
            let own = SectionAssembly(table).own(entry.key, entry.value, shared: sections[entry.key], &issues)
            if let own { listener.sections[entry.key] = own }
        }
        if let idle = table.vocabulary.idleTimes[listener.protocolName] {
            let name = idle.section.name
            listener.idle = idle.value(in: listener.sections[name] ?? sections[name])
        }
        return listener
    }

    /// What counts for a listener, by the row's path: its own value, or else the one at the top.
    private mutating func values(for node: SettingsNode, _ issues: inout [SettingsIssue]) -> [String: ChosenValue] {
        var values: [String: ChosenValue] = [:]
        for row in table.rows {
            guard case .listener(_, let spelling) = row.field else { continue }
            if row.isInListener, let own = (try? node.entries())?.first(where: { $0.key == row.spec.name })?.value {
                do {
                    values[row.path] = ChosenValue(try row.spec.value(of: own), node: own)
                } catch {
                    issues.append(error)
                }
            } else if let top = chosen[row.path] {
                if spelling == .onlyAtTop, values["accept"] != nil { continue }
                values[row.path] = top
                used.insert(row.path)
            }
        }
        return values
    }

    private func refuseBoth(_ issues: inout [SettingsIssue]) {
        guard content?.listenersPlace != nil, let bind = content?.layer["bind"] else { return }
        issues.append(
            SettingsIssue(at: bind.place, "'bind' and 'listeners' both say where to listen; keep one of them"))
    }

    private func refuseRepeated(
        _ listeners: [ListenerSettings], _ origins: [String: ValueOrigin], _ issues: inout [SettingsIssue]
    ) {
        var seen: [BindAddress: Int] = [:]
        for (index, listener) in listeners.enumerated() {
            let place = origins["listeners[\(index)].bind"]?.place ?? .builtIn
            // Port 0 is a different port each time; an entry without an address has its own issue.
            if case .tcp(_, port: 0) = listener.bind { continue }
            if place == .builtIn { continue }
            guard let first = seen[listener.bind] else {
                seen[listener.bind] = index
                continue
            }
            let earlier = origins["listeners[\(first)].bind"]?.place.position
            let hint = earlier.map { ", first in line \($0.line)" } ?? ""
            issues.append(SettingsIssue("bind", at: place, "has the address '\(listener.bind)' twice\(hint)"))
        }
    }

    /// A flag that no listener goes by would be silently without effect.
    private func refuseIdleFlags(_ issues: inout [SettingsIssue]) {
        guard content?.listeners?.isEmpty == false else { return }
        for row in table.rows {
            guard case .listener = row.field, let value = chosen[row.path], !used.contains(row.path),
                case .flag = value.node.place
            else { continue }
            let name = row.spec.name == "reuse_port" ? "accept" : row.spec.name
            issues.append(
                SettingsIssue(at: value.node.place, "has no effect: every listener in the file has its own '\(name)'"))
        }
    }
}
