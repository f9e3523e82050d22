import CDrover

/// Reads a whole file as text, of at most 1 MiB unless a `limit` in bytes says otherwise.
///
/// - Throws: `SystemError` EFBIG when it is larger, beside what open(2) and read(2) say.
package func readSmallFile(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> String {
    let file = Descriptor(
        owning: try systemCall("open", subject: path) { c_drover_open(path, O_RDONLY | O_CLOEXEC, 0) })
    var bytes: [UInt8] = []
    let block = 16_384
    while true {
        if bytes.count > limit { throw SystemError("read", EFBIG, subject: path) }
        let raw = file.raw
        var got = 0
        var failure: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: block) { buffer, count in
            got = CDrover.read(raw, buffer.baseAddress, block)
            failure = got < 0 ? lastErrorNumber : 0
            count = max(got, 0)
        }
        if got < 0, failure == EINTR { continue }
        if got < 0 { throw SystemError("read", failure, subject: path) }
        if got == 0 { break }
        bytes += piece
    }
    return String(decoding: bytes, as: UTF8.self)
}
