import DroverCore
import DroverSystem

/// The contents of the files that a section names: read from the disk in the arbiter, or what the arbiter has read.
final class FileContents {
    private let isComplete: Bool
    private(set) var contents: [String: [UInt8]] = [:]

    // A chain, a list of authorities: what is larger is something else.
    private static let largest = 4 << 20

    /// Reads files as they are asked for.
    init() {
        isComplete = false
    }

    /// Knows the files that `bytes` holds, and no other.
    init(unpacking bytes: [UInt8]) {
        isComplete = true
        var rest = bytes[...]
        while let path = Self.field(&rest), let content = Self.field(&rest) {
            contents[String(decoding: path, as: UTF8.self)] = Array(content)
        }
    }

    /// Everything that was read, for `init(unpacking:)`.
    var packed: [UInt8] {
        var bytes: [UInt8] = []
        for (path, content) in contents {
            for field in [Array(path.utf8), content] {
                for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: field.count >> shift)) }
                bytes += field
            }
        }
        return bytes
    }

    /// What tells these contents from others.
    var digest: [UInt8] {
        var digest = ContentDigest()
        for (path, content) in contents.sorted(by: { $0.key < $1.key }) {
            digest.add(Array(path.utf8))
            digest.add(content)
        }
        return digest.value
    }

    /// The content of the file that `node` names.
    ///
    /// - Throws: `SettingsIssue` when it cannot be read.
    func content(of node: SettingsNode) throws(SettingsIssue) -> [UInt8] {
        let path = try node.string()
        if let known = contents[path] { return known }
        if isComplete { throw node.issue("names '\(path)', which was not read") }
        let content: [UInt8]
        do throws(SystemError) {
            content = try OpenFile(regularAt: path).read(first: Self.largest + 1)
        } catch {
            throw node.issue("names '\(path)', which cannot be read: \(error.reason)")
        }
        guard content.count <= Self.largest else { throw node.issue("names '\(path)', which is larger than 4 MiB") }
        contents[path] = content
        return content
    }

    private static func field(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.count >= 4 else { return nil }
        let head = rest.prefix(4)
        let count = head.reversed().reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
