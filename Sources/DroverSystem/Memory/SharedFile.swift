import CDrover

/// Zeroed memory that processes share, with a descriptor by which a program that is executed can have it too.
///
/// See memfd_create(2). It is never unmapped: it lives as long as the processes that share it.
public struct SharedFile: Sendable {
    /// What it is called, for people who look into proc(5).
    public let name: String
    /// The number of its open file, which a program that is executed may inherit.
    package let descriptor: Int32
    /// Where it begins in this process and its children, at a page's border.
    public var base: UnsafeMutableRawPointer { region.base }
    /// How many bytes it has.
    public var byteCount: Int { region.byteCount }
    /// What it is in this process.
    package let region: SharedRegion

    /// Makes `byteCount` bytes that are called `name`.
    package init(_ name: String, byteCount: Int) throws(SystemError) {
        let file = Descriptor(owning: try systemCall("memfd_create") { c_drover_memory_file(name) })
        let raw = file.raw
        try systemCall("ftruncate") { ftruncate(raw, off_t(byteCount)) }
        try self.init(name, file, byteCount: byteCount)
    }

    /// Takes what an earlier program left open as `number`.
    package init(_ name: String, inheriting number: Int32) throws(SystemError) {
        let size = try FileStatus(of: number).size
        try setCloseOnExec(number, subject: name)
        try self.init(name, Descriptor(owning: number), byteCount: size)
    }

    private init(_ name: String, _ file: consuming Descriptor, byteCount: Int) throws(SystemError) {
        region = try SharedRegion(byteCount, of: file.raw)
        self.name = name
        descriptor = file.release()
    }
}
