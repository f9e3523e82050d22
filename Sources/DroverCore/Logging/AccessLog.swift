internal import DroverSystem

/// The lines about requests, gathered by one worker and written at the end of each turn of its loop: one write(2) a batch.
package final class AccessLog: @unchecked Sendable {
    // A turn that answers a thousand pipelined requests should not hold all of their lines.
    private static let gatherLimit = 32_768

    private let sink: LogSink
    private let lock = Lock()
    private var lines: [UInt8] = []

    /// A log that writes to `sink`.
    package init(sink: LogSink) {
        self.sink = sink
    }

    /// Adds a line, without its newline.
    ///
    /// Whatever a peer got into it stays on it: control bytes and quotes are escaped by whoever puts the line together.
    package func append(_ line: String) {
        lock.withLock {
            lines.append(contentsOf: line.utf8)
            lines.append(UInt8(ascii: "\n"))
            if lines.count >= Self.gatherLimit { writeOut() }
        }
    }

    /// Writes what has been gathered.
    package func flush() {
        lock.withLock { if !lines.isEmpty { writeOut() } }
    }

    private func writeOut() {
        sink.write(lines)
        lines.removeAll(keepingCapacity: true)
    }
}
