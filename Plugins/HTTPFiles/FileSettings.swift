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
