/// The protocols of a listener beside its own, which clients choose by name while the transport negotiates.
package struct ProtocolAlternatives: Sendable, Equatable {
    /// One of them.
    package struct Entry: Sendable, Equatable {
        /// Its name in the configuration.
        package let protocolName: String
        /// The name of the application that it calls; empty when it calls none, or the configuration names none.
        package var application: String

        /// Reads `PROTOCOL` or `PROTOCOL:APPLICATION`.
        package init(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            protocolName = String(parts[0])
            application = parts.count > 1 ? String(parts[1]) : ""
        }

        /// The text that `init` reads.
        package var text: String { application.isEmpty ? protocolName : "\(protocolName):\(application)" }
    }

    /// In the order in which they were written.
    package var entries: [Entry]

    /// Alternatives as they are written.
    package init(_ texts: [String] = []) {
        entries = texts.map(Entry.init)
    }
}

extension ProtocolAlternatives: SettingConvertible {
    package static let settingType = SettingType.list

    package init?(settingValue: SettingValue) {
        guard case .list(let texts) = settingValue else { return nil }
        self.init(texts)
    }

    package var settingValue: SettingValue { .list(entries.map(\.text)) }
}
