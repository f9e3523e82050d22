package import DroverCore
import DroverHTTPMessages

extension FileSettings {
    /// The `files:` section as the core checks and documents it.
    package static var section: PluginSection {
        let defaults = FileSettings(root: "")
        return PluginSection(
            "files",
            settings: [
                SettingSpec(
                    "root", .path, default: nil, flags: ["--root"],
                    "The folder whose files the application 'files' serves; it has no default."),
                SettingSpec(
                    "prefix", .path, default: defaults.prefix,
                    "What the paths of requests begin with; the rest is looked up in the folder."),
                SettingSpec(
                    "index", .list, default: defaults.index[0],
                    "The files that stand for their folder, the first that is there."),
                SettingSpec(
                    "dot_files", .boolean, default: "\(defaults.dotFiles)",
                    "Serves names that begin with a dot too, which otherwise are not there."),
                SettingSpec(
                    "precompressed", .boolean, default: "\(defaults.precompressed)",
                    "Sends NAME.br, NAME.zst or NAME.gz in place of NAME to clients that accept it."),
                SettingSpec(
                    "etag", .choice(bases, noun: "etag"), default: defaults.etag.rawValue,
                    "What the ETag of a file is made of: inode, size and time of change (inode), size and time alone, "
                        + "for copies on several machines (portable), or no ETag at all (off)."),
                SettingSpec(
                    "max_age", .duration, default: nil,
                    "How long clients may use a file without asking again: Cache-Control."),
                SettingSpec(
                    "max_ranges", .integer(0...100), default: "\(defaults.maxRanges)",
                    "The largest number of ranges in one reply; a request for more gets the whole file, 0 serves none."),
                SettingSpec(
                    "cache_entries", .integer(0...1_000_000), default: "\(defaults.cacheEntries)",
                    "The largest number of files that a worker keeps open or in memory; 0 keeps none."),
                SettingSpec(
                    "cache_bytes", .byteCount(0...1 << 40), default: "16m",
                    "The largest number of bytes of files that a worker keeps in memory."),
                SettingSpec(
                    "types", .pairs, default: nil,
                    "Content types by the ends of names, EXTENSION=TYPE, before those of the stock table."),
            ]
        ) { node in
            _ = try FileSettings(section: node, root: "")
        }
    }

    private static let bases = [
        SettingChoice("inode", "each copy of a file has a tag of its own"),
        SettingChoice("portable", "copies with the same size and time have one tag"),
        SettingChoice("off", "clients compare dates"),
    ]

    /// Reads the section, with every default filled in.
    ///
    /// - Throws: `SettingsIssue` for a section without a root, or with a value that makes no sense.
    package init(section: SettingsNode) throws(SettingsIssue) {
        guard let root = section["root"] else {
            throw SettingsIssue(
                "files", at: section.place,
                "needs a 'root': the application 'files' serves the files of a folder (--root)")
        }
        try self.init(section: section, root: try root.string())
    }

    private init(section: SettingsNode, root: String) throws(SettingsIssue) {
        self.init(root: root)
        let prefix = try section.required("prefix")
        self.prefix = try prefix.string()
        guard self.prefix.hasPrefix("/"), !self.prefix.contains("//"), !self.prefix.contains("?") else {
            throw prefix.issue("must begin with a slash and be a path, not '\(self.prefix)'")
        }
        let index = try section.required("index")
        self.index = try index.strings()
        for name in self.index where name.isEmpty || name.contains("/") || name == "." || name == ".." {
            throw index.issue("must be names of files without a slash, not '\(name)'")
        }
        dotFiles = try section.boolean("dot_files")
        precompressed = try section.boolean("precompressed")
        etag = EntityTagBasis(rawValue: try section.string("etag")) ?? .inode
        maxAge = try section["max_age"]?.duration()
        maxRanges = try section.integer("max_ranges")
        cacheEntries = try section.integer("cache_entries")
        cacheBytes = try section.byteCount("cache_bytes")
        guard let types = section["types"], case .list(let pairs) = try SettingType.pairs.value(of: types) else {
            return
        }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[1].contains("/"), parts[1].utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
                throw types.issue("must be EXTENSION=TYPE such as wasm=application/wasm, not '\(pair)'")
            }
            let end = parts[0].hasPrefix(".") ? parts[0].dropFirst() : parts[0]
            self.types[String(end)] = ContentType(String(parts[1]))
        }
    }
}
