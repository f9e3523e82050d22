/// Something that is done around every call: before the method sees it, and when it has been answered.
///
/// Filters run in the order in which they were given, and back in the opposite one. They are called on the worker's loop,
/// so they must be short.
public protocol DogeFilter: Sendable {
    /// Looks at a call before its method does; what it puts into `call.meta`, the method sees.
    ///
    /// - Throws: To refuse the call, which is then answered as if the method had thrown it.
    func begin(_ call: inout DogeCall) throws
    /// Hears how a call has ended that it has seen begin.
    func end(_ call: DogeCall, _ outcome: DogeOutcome)
}

extension DogeFilter {
    /// Lets every call pass.
    public func begin(_ call: inout DogeCall) throws {}
    /// Does nothing.
    public func end(_ call: DogeCall, _ outcome: DogeOutcome) {}
}

/// How a call has ended.
public struct DogeOutcome: Sendable, Equatable {
    /// What the client was told; nil for a result.
    public let error: String?
    /// How long it took.
    public let duration: Duration

    /// An outcome; tests of filters make their own.
    public init(error: String? = nil, duration: Duration = .zero) {
        self.error = error
        self.duration = duration
    }
}

/// A call that filters have seen begin.
struct FilteredCall: Sendable {
    var call: DogeCall
    private let filters: [any DogeFilter]
    private let start: ContinuousClock.Instant

    init(_ call: DogeCall, _ filters: [any DogeFilter]) throws {
        self.call = call
        self.filters = filters
        start = .now
        for index in filters.indices {
            do {
                try filters[index].begin(&self.call)
            } catch {
                end(error: "\(error)", filters[..<index])
                throw error
            }
        }
    }

    func end(error: String?) {
        end(error: error, filters[...])
    }

    private func end(error: String?, _ filters: ArraySlice<any DogeFilter>) {
        let outcome = DogeOutcome(error: error, duration: start.duration(to: .now))
        for filter in filters.reversed() { filter.end(call, outcome) }
    }
}
