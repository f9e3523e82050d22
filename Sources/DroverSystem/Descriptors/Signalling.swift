import CDrover

/// What a pipe that carries one byte has to say.
package enum ByteReport: Equatable, Sendable {
    case byte(UInt8)
    /// Everybody who could have written has gone.
    case ended
    case nothingYet
}

/// Reads one byte of a non-blocking pipe; read(2).
package func readByte(_ descriptor: Int32) -> ByteReport {
    var byte: UInt8 = 0
    while true {
        let count = CDrover.read(descriptor, &byte, 1)
        if count == 1 { return .byte(byte) }
        if count == 0 { return .ended }
        if lastErrorNumber != EINTR { return lastErrorNumber == EAGAIN ? .nothingYet : .ended }
    }
}

/// Writes one byte to a pipe; a reader that has gone is fine.
///
/// See write(2).
package func writeByte(_ byte: UInt8, to descriptor: Int32) {
    var byte = byte
    _ = CDrover.write(descriptor, &byte, 1)
}
