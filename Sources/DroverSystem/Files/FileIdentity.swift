import CDrover

/// Which file a name means, whatever it is called: device and inode, stat(2).
package struct FileIdentity: Equatable, Sendable {
    private let device: UInt
    private let inode: UInt

    /// The file at `path` itself, also if it is a link; nil when there is none.
    package init?(path: String) {
        guard let place = try? FilePlace(path), let found = try? place.look() else { return nil }
        self = found.identity
    }

    init(_ status: stat) {
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }

    /// The open file `raw`; nil when it is none.
    package init?(of raw: Int32) {
        var status = stat()
        guard fstat(raw, &status) == 0 else { return nil }
        self.init(status)
    }
}
