package import DroverSystem

/// Where finished lines go.
package protocol LineSink: AnyObject, Sendable {
    /// Writes whole lines, each with its newline.
    func write(_ lines: [UInt8])
    /// Begins anew with whatever has the name by now.
    func reopen() throws(SystemError)
    /// How many lines were lost, as they were not taken.
    var dropped: Int { get }
}
