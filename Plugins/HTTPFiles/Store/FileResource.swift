import DroverHTTPMessages
import DroverSystem

/// What a path stands for: a file, and the compressed forms that lie beside it.
final class FileResource: Sendable {
    /// The folder that it was found in, which may be another one by now.
    let root: RootFolder
    /// The original's name below the root.
    let name: [UInt8]
    let original: FileVariant
    /// The compressed forms, the most welcome first.
    let compressed: [FileVariant]

    init(in root: RootFolder, name: [UInt8], original: FileVariant, compressed: [FileVariant]) {
        self.root = root
        self.name = name
        self.original = original
        self.compressed = compressed
    }

    /// The form that a request with this Accept-Encoding field gets.
    func variant(accepting field: String?) -> FileVariant {
        guard !compressed.isEmpty, let field else { return original }
        // Without a form of its own there is no `identity` to prefer, so a nil coding never comes up here.
        return AcceptedCodings(field).best(of: compressed) { $0.coding ?? .gzip } ?? original
    }

    /// Whether the files have not changed for a while.
    func isSettled(at now: Int64) -> Bool {
        original.status.changed + 1 < now && compressed.allSatisfy { $0.status.changed + 1 < now }
    }

    /// What it holds of the memory that a cache may have.
    var weight: Int {
        compressed.reduce(name.count + original.weight) { $0 + $1.weight }
    }

    /// Whether all files are still what they were, by their names; `looksForCompressed` tells whether one may have come.
    func isCurrent(looksForCompressed: Bool) -> Bool {
        let name = name
        guard (try? root.status(of: name.span.bytes)) == original.status else { return false }
        guard looksForCompressed else { return true }
        return ContentCoding.allCases.allSatisfy { coding in
            let known = compressed.first { $0.coding == coding }?.status
            let neighbour = name + Array(coding.suffix.utf8)
            let found = try? root.status(of: neighbour.span.bytes)
            if known == nil, let found { return !found.canStandFor(original.status) }
            return known == found
        }
    }
}

extension FileStatus {
    /// Whether this compressed form is of the original's present content, as far as one can tell by its time.
    func canStandFor(_ original: FileStatus) -> Bool {
        // Tools copy the time of the original, some of them in whole seconds.
        kind == .regular && modified >= original.modified
    }
}
