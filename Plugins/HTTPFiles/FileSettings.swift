public import DroverCore
public import DroverHTTPMessages

/// What files are served, and how.
public struct FileSettings: Sendable, Equatable {
    /// The folder; nothing outside of it is ever served.
    public var root: String
    /// What paths begin with that are looked up in the folder.
    public var prefix = "/"
    /// The files that stand for their folder, the first that is there.
    public var index = ["index.html"]
    /// Whether names that begin with a dot are served.
    public var dotFiles = false
    /// Whether `.br`, `.zst` and `.gz` files beside a file are sent to who accepts them.
    public var precompressed = true
    /// What the ETag of a file is made of.
    public var etag = EntityTagBasis.inode
    /// How long clients may use a file without asking again; nil leaves it to them.
    public var maxAge: Duration?
    /// The largest number of ranges in one reply; 0 serves none.
    public var maxRanges = 16
    /// The largest number of files that are remembered, each of them open or in memory; 0 remembers none.
    public var cacheEntries = 1_024
    /// The largest number of bytes that are kept of them.
    public var cacheBytes = 16 << 20
    /// Content types by the ends of names, without their dots, before those of the stock table.
    public var types: [String: ContentType] = [:]

    /// The defaults for the files in `root`.
    public init(root: String) {
        self.root = root
    }
}

extension FileSettings {
    /// The `files:` section; only the application needs its root.
    static let section = PluginSection(
        "files", FileSettings(root: ""),
        [
            .setting(
                "root", \.root, as: .path, flags: ["--root"],
                "The folder whose files the application 'files' serves; it has no default."),
            .setting(
                "prefix", \.prefix, as: .path,
                "What the paths of requests begin with; the rest is looked up in the folder."),
            .setting("index", \.index, "The files that stand for their folder, the first that is there."),
            .setting(
                "dot_files", \.dotFiles, "Serves names that begin with a dot too, which otherwise are not there."),
            .setting(
                "precompressed", \.precompressed,
                "Sends NAME.br, NAME.zst or NAME.gz in place of NAME to clients that accept it."),
            .setting(
                "etag", \.etag,
                "What the ETag of a file is made of: inode, size and time of change (inode), size and time alone, for "
                    + "copies on several machines (portable), or no ETag at all (off)."),
            .setting(
                "max_age", \.maxAge, "How long clients may use a file without asking again: Cache-Control."),
            .setting(
                "max_ranges", \.maxRanges, as: .integer(0...100),
                "The largest number of ranges in one reply; a request for more gets the whole file, 0 serves none."),
            .setting(
                "cache_entries", \.cacheEntries, as: .integer(0...1_000_000),
                "The largest number of files that a worker keeps open or in memory; 0 keeps none."),
            .setting(
                "cache_bytes", \.cacheBytes, as: .byteCount(0...1 << 40),
                "The largest number of bytes of files that a worker keeps in memory."),
            .setting(
                "types", \.types, as: .pairs,
                "Content types by the ends of names, EXTENSION=TYPE, before those of the stock table.",
                read: contentTypes),
        ]
    ) { settings, node in
        guard settings.prefix.hasPrefix("/"), !settings.prefix.contains("//"), !settings.prefix.contains("?") else {
            throw node.issue(of: "prefix", "must begin with a slash and be a path, not '\(settings.prefix)'")
        }
        for name in settings.index where name.isEmpty || name.contains("/") || name == "." || name == ".." {
            throw node.issue(of: "index", "must be names of files without a slash, not '\(name)'")
        }
    }

    /// What the section says to the application, which cannot do without a folder.
    ///
    /// - Throws: `SettingsIssue` for a section without a root, or with a value that makes no sense.
    init(section node: SettingsNode) throws {
        self = try Self.section.settings(from: node)
        guard !root.isEmpty else {
            throw SettingsIssue(
                "files", at: node.place, "needs a 'root': the application 'files' serves the files of a folder (--root)"
            )
        }
    }

    @Sendable
    private static func contentTypes(_ node: SettingsNode) throws -> [String: ContentType] {
        var types: [String: ContentType] = [:]
        guard case .list(let pairs) = try SettingType.pairs.value(of: node) else { return types }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[1].contains("/"), parts[1].utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
                throw node.issue("must be EXTENSION=TYPE such as wasm=application/wasm, not '\(pair)'")
            }
            let end = parts[0].hasPrefix(".") ? parts[0].dropFirst() : parts[0]
            types[String(end)] = ContentType(String(parts[1]))
        }
        return types
    }
}

extension EntityTagBasis: ChoosableSetting {
    /// What an unknown name is called in the message about it.
    public static let settingNoun = "etag"

    /// What copies of a file and clients see of it.
    public var settingMeaning: String {
        switch self {
        case .inode: "each copy of a file has a tag of its own"
        case .portable: "copies with the same size and time have one tag"
        case .off: "clients compare dates"
        }
    }
}
