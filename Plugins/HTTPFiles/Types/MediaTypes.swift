import DroverHTTPMessages

/// What a file's content is, by the end of its name.
struct MediaTypes: Sendable {
    private let own: [String: ContentType]

    /// The stock table, overruled by `own`, which has types by the ends of names without their dots.
    init(_ own: [String: ContentType] = [:]) {
        self.own = Dictionary(
            own.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { _, last in last })
    }

    /// The type of the file of this name; bytes of which nothing is known when its end says nothing.
    func type(of name: [UInt8]) -> ContentType {
        let file = name[((name.lastIndex(of: 0x2F) ?? -1) + 1)...]
        guard let dot = file.lastIndex(of: 0x2E), dot > file.startIndex, file.endIndex - dot <= 17 else {
            return .bytes
        }
        let end = String(decoding: file[(dot + 1)...], as: UTF8.self).lowercased()
        return own[end] ?? Self.stock[end] ?? .bytes
    }
}
