import CDrover

/// Standard output and standard error, unbuffered.
package enum StandardStreams: Int32, Sendable {
    case output = 1
    case error = 2

    /// Whether a person may be watching; isatty(3).
    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Writes all of `text`, unless the reader is gone.
    package static func write(_ text: String, to stream: StandardStreams) {
        var text = text
        text.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = CDrover.write(stream.rawValue, bytes.baseAddress! + offset, bytes.count - offset)
                if count < 0, lastErrorNumber == EINTR { continue }
                if count <= 0 { return }
                offset += count
            }
        }
    }

    /// Makes the standard streams `numbers` read and write nothing: /dev/null, null(4).
    static func silence(_ numbers: [Int32]) throws(SystemError) {
        let null = Descriptor(
            owning: try systemCall("open", subject: "/dev/null") { c_drover_open("/dev/null", O_RDWR | O_CLOEXEC, 0) })
        let raw = null.raw
        for number in numbers where number != raw {
            try systemCall("dup2", subject: "/dev/null") { dup2(raw, number) }
        }
        // Who was started with a closed stream gets its number from open(2).
        if numbers.contains(raw) {
            try null.setCloseOnExec(false)
            _ = null.release()
        }
    }
}
