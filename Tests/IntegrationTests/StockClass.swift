import DroverTestSupport

/// A worker class that comes with the server.
enum StockClass: String, CaseIterable, Sendable {
    case async, threads, sync

    /// Those whose connections bring more than one request.
    static let keepingAlive = [StockClass.async, .threads]

    /// The flags that choose it.
    var flags: [String] {
        ["--worker-class", rawValue] + (self == .threads ? ["--threads", "3"] : [])
    }
}
