import DroverBytes
import DroverHTTPMessages
import DroverSystem

/// Finds files below a root by the paths of requests, and remembers them.
///
/// What is remembered is compared with the file at most once a second, so a change is seen within that time. Any number
/// of threads may ask; none holds the lock while it waits for a disk.
final class FileStore: Sendable {
    /// What a path leads to.
    enum Finding {
        case file(FileResource)
        /// A folder with an index, which was asked for without its slash.
        case folder
        case nothing
        /// Something that the worker may not read.
        case forbidden
    }

    private let settings: FileSettings
    private let types: MediaTypes
    private let memory: Locked<Memory>

    private struct Memory {
        var table: FileTable
        var root: RootFolder
        var rootCheckedAt: Int64
    }

    init(_ settings: FileSettings, walked: Bool = false) throws(SystemError) {
        self.settings = settings
        types = MediaTypes(settings.types)
        memory = Locked(
            Memory(
                table: FileTable(entries: settings.cacheEntries, bytes: settings.cacheBytes),
                root: try RootFolder(path: settings.root, walked: walked), rootCheckedAt: WallClock.seconds()))
    }

    /// What `name` leads to; a name that is empty or ends in a slash is a folder's.
    ///
    /// - Throws: `SystemError` for what is neither the name's fault nor a matter of permissions.
    func find(_ name: RawSpan, now: Int64) throws(SystemError) -> Finding {
        if let known = memory.withLock({ $0.table.find(name, now: now) }) {
            if !known.isDue { return .file(known.resource) }
            let isOurs = currentRoot(now) === known.resource.root
            if isOurs, known.resource.isCurrent(looksForCompressed: settings.precompressed) {
                return .file(known.resource)
            }
            memory.withLock { $0.table.remove(name) }
        }
        do throws(SystemError) {
            return try load(name, now)
        } catch {
            if error.meansMissing { return .nothing }
            if error.meansForbidden { return .forbidden }
            throw error
        }
    }

    /// How many files are remembered, and how much memory they hold.
    var remembered: (count: Int, bytes: Int) {
        memory.withLock { ($0.table.count, $0.table.bytes) }
    }

    /// The root, or the folder that has its name by now, as when a link is switched to a new release.
    private func currentRoot(_ now: Int64) -> RootFolder {
        let (known, isDue) = memory.withLock { memory in
            defer { memory.rootCheckedAt = now }
            return (memory.root, memory.rootCheckedAt != now)
        }
        guard isDue, let found = try? RootFolder(path: known.path, walked: known.isWalked),
            !found.status.isSameFile(as: known.status)
        else { return known }
        return memory.withLock { memory in
            memory.root = found
            memory.table.removeAll()
            return found
        }
    }

    // MARK: Looking at the disk

    private func load(_ name: RawSpan, _ now: Int64) throws(SystemError) -> Finding {
        let root = currentRoot(now)
        let bytes = [UInt8](copying: name)
        let isFolder = bytes.isEmpty || bytes.last == 0x2F
        guard let found = isFolder ? try index(of: bytes, root) : (bytes, try root.open(name)) else { return .nothing }
        switch found.file.status.kind {
        case .regular: break
        case .folder: return try index(of: bytes + [0x2F], root) == nil ? .nothing : .folder
        case .other: return .nothing
        }
        let resource = try resource(found.name, found.file, root, now)
        // A file that is just being written can change once more without a change of its times, which tick in ms.
        if resource.isSettled(at: now) {
            memory.withLock { if root === $0.root { $0.table.insert(resource, for: name, now: now) } }
        }
        return .file(resource)
    }

    private typealias Found = (name: [UInt8], file: OpenFile)

    /// The first of the index files that is in `folder`, whose name ends in a slash or is empty.
    private func index(of folder: [UInt8], _ root: RootFolder) throws(SystemError) -> Found? {
        for index in settings.index {
            let name = folder + Array(index.utf8)
            do throws(SystemError) {
                let file = try root.open(name.span.bytes)
                if file.status.kind == .regular { return (name, file) }
            } catch {
                guard error.meansMissing else { throw error }
            }
        }
        return nil
    }

    private func resource(
        _ name: [UInt8], _ file: OpenFile, _ root: RootFolder, _ now: Int64
    ) throws(SystemError) -> FileResource {
        var neighbours: [(coding: ContentCoding, file: OpenFile)] = []
        if settings.precompressed {
            for coding in ContentCoding.allCases {
                // One that cannot be had is no reason to withhold the original.
                let neighbour = name + Array(coding.suffix.utf8)
                guard let found = try? root.open(neighbour.span.bytes), found.status.canStandFor(file.status) else {
                    continue
                }
                neighbours.append((coding, found))
            }
        }
        let policy = FileVariant.Policy(
            cacheControl: settings.maxAge.map { "public, max-age=\($0.components.seconds)" },
            tagBasis: settings.etag, offersRanges: settings.maxRanges > 0, varies: !neighbours.isEmpty)
        let type = types.type(of: name)
        func variant(_ file: OpenFile, _ coding: ContentCoding?) throws(SystemError) -> FileVariant {
            FileVariant(
                file, content: try content(of: file), coding: coding, contentType: type, policy: policy, now: now)
        }
        var compressed: [FileVariant] = []
        for neighbour in neighbours { compressed.append(try variant(neighbour.file, neighbour.coding)) }
        return FileResource(in: root, name: name, original: try variant(file, nil), compressed: compressed)
    }

    /// The bytes of a file that is small enough to be kept; nil for any other, and for one that changes meanwhile.
    private func content(of file: OpenFile) throws(SystemError) -> [UInt8]? {
        guard file.status.size <= Self.largestKept, settings.cacheEntries > 0 else { return nil }
        let bytes = try file.read(from: 0, count: file.status.size + 1)
        return bytes.count == file.status.size ? bytes : nil
    }

    // What is sent beside its head in one piece; sendfile(2) is cheaper for more.
    private static var largestKept: Int { FileBody.largestKept }
}
