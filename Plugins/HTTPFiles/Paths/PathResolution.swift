/// What the path of a request means below the root.
public enum PathResolution: Equatable, Sendable {
    /// A file, or a folder where the path ends in a slash; its name stands as it is in this part of the path.
    case plain(Range<Int>)
    /// The same for a name that had to be decoded.
    case decoded([UInt8])
    /// The prefix without the slash behind it.
    case prefixItself
    /// Nothing that a file could be called, or that may be asked for.
    case nothing
    /// No path at all: a `%` without its two digits, or a zero byte.
    case malformed
}
