/// The bytes of a response after its head.
public struct ResponseBody: Sendable {
    package enum Content: Sendable {
        case none
        case string(String)
        case bytes([UInt8])
        case file(FileBody)
    }

    package let content: Content

    package init(_ content: Content) {
        self.content = content
    }

    /// No bytes at all.
    public static var none: ResponseBody { ResponseBody(.none) }

    /// A text as UTF-8; a literal is never copied but into the socket's buffer.
    public static func string(_ text: String) -> ResponseBody { ResponseBody(.string(text)) }

    /// Bytes in memory.
    public static func bytes(_ bytes: [UInt8]) -> ResponseBody { ResponseBody(.bytes(bytes)) }

    /// How many bytes it has.
    package var count: Int {
        switch content {
        case .none: 0
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .file(let file): file.count
        }
    }
}
