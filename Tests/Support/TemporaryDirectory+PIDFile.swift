extension TemporaryDirectory {
    /// The process that a pid file names, once there is one: after an upgrade the file has no name for a moment, as the
    /// elder takes its own away and the successor then renames its.
    public func waitForPID(_ name: String) -> Int32? {
        var pid: Int32?
        _ = eventually {
            pid = Int32(read(name).split(separator: "\n").first ?? "")
            return pid != nil
        }
        return pid
    }
}
