/// What the ETag of a file is made of.
public enum EntityTagBasis: String, CaseIterable, Sendable {
    /// Inode, size and time of change to the nanosecond: another file has another tag, and so has a copy of it.
    case inode
    /// Size and time of change in whole seconds: copies on several machines that kept the time have one tag.
    ///
    /// Until that second is over the nanoseconds count too, so that a file which changes once more gets another tag.
    case portable
    /// No tag; clients compare dates.
    case off
}
