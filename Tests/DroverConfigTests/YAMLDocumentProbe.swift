import DroverCore

@testable import DroverConfig

/// Reads text with the configuration's own reader, for tests that want to know whether it is well formed.
enum YAMLDocumentProbe {
    /// The keys at the top of a mapping.
    static func mapping(_ text: String) throws -> [String] {
        let document = try YAMLDocument(text, file: "probe")
        return try document.root?.entries().map(\.key) ?? []
    }
}
