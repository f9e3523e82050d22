import Glibc

/// A line for each second.
struct Progress {
    private let json: Bool

    /// Shows it on stdout, or on stderr when stdout is for JSON.
    init(json: Bool) {
        self.json = json
    }

    func show(_ second: Tally.Second) {
        var line = "\(second.number) s  \(Figures.grouped(second.calls)) calls, \(second.failed) failed"
        if second.calls > 0 {
            line += ", P50 \(Figures.milliseconds(second.latencies.percentile(50)))"
            line += ", P99 \(Figures.milliseconds(second.latencies.percentile(99)))"
        }
        // At once: what `print` writes waits in a pipe until the end.
        line += "\n"
        line.withUTF8 { _ = write(json ? STDERR_FILENO : STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
