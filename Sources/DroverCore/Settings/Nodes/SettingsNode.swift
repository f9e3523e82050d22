/// A piece of configuration as it was written: a scalar, a list or a mapping, and where it stands.
///
/// Two nodes are equal when they say the same; where they say it does not count, so that moving a line in the file
/// changes nothing.
public struct SettingsNode: Sendable, Equatable {
    /// What a node holds.
    public enum Content: Sendable, Equatable {
        /// A text; `quoted` tells `"null"` from `null`.
        case scalar(String, quoted: Bool)
        /// Nodes in order.
        case list([SettingsNode])
        /// Keys with their nodes, in the order they were written.
        case mapping([Entry])
    }

    /// A key of a mapping and its value.
    public struct Entry: Sendable, Equatable {
        /// The key.
        public let key: String
        /// Where the key stands.
        public let place: SettingsPlace
        /// What it names.
        public let value: SettingsNode

        /// An entry; the value learns the key's name, for its error messages.
        public init(_ key: String, at place: SettingsPlace, _ value: SettingsNode) {
            self.key = key
            self.place = place
            self.value = value.named(key)
        }

        /// Whether both say the same, wherever they say it.
        public static func == (left: Entry, right: Entry) -> Bool {
            left.key == right.key && left.value == right.value
        }
    }

    /// What it holds.
    public let content: Content
    /// Where it was written.
    public let place: SettingsPlace
    /// The setting it belongs to, if it stands under a key.
    public let key: String?

    /// A node with any content.
    public init(_ content: Content, at place: SettingsPlace, key: String? = nil) {
        self.content = content
        self.place = place
        self.key = key
    }

    /// An empty mapping, which is what a section that was not written is.
    public static let empty = SettingsNode(.mapping([]), at: .builtIn)

    /// A text from a flag or a variable, which cannot be `null`.
    package static func text(_ text: String, at place: SettingsPlace) -> SettingsNode {
        SettingsNode(.scalar(text, quoted: true), at: place)
    }

    /// Whether both say the same, wherever they say it.
    public static func == (left: SettingsNode, right: SettingsNode) -> Bool {
        switch (left.content, right.content) {
        // Quotes count only where they part a text from nothing.
        case (.scalar(let first, _), .scalar(let second, _)):
            left.isNull && right.isNull || first == second && left.isNull == right.isNull
        default: left.content == right.content
        }
    }

    private func named(_ name: String) -> SettingsNode {
        guard case .list(let elements) = content else { return SettingsNode(content, at: place, key: name) }
        return SettingsNode(.list(elements.map { $0.named(name) }), at: place, key: name)
    }
}
