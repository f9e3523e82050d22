public import Logging

/// Follows a call from service to service: the W3C's `traceparent` in the meta.
///
/// A call that brings one goes on with its trace, any other begins one. The method finds its own span in the meta, to give
/// it to what it calls; a line in the log says what became of a sampled call, as `event=call_traced`.
public struct TracingFilter: DogeFilter {
    private let level: Logger.Level
    private let samples: Bool

    /// A filter that logs at `level`.
    ///
    /// - Parameters:
    ///   - level: At what level to log.
    ///   - samples: Whether traces that begin here are sampled.
    public init(level: Logger.Level = .debug, samples: Bool = true) {
        self.level = level
        self.samples = samples
    }

    /// Puts the call's span into its meta, and the caller's beside it.
    public func begin(_ call: inout DogeCall) throws {
        let parent = call.meta[TraceParent.key].flatMap { TraceParent($0) }
        let span = parent?.child() ?? TraceParent(isSampled: samples)
        // A parent that this filter cannot read may be wrong, so it is not passed on.
        call.meta[TraceParent.key] = span.description
        call.meta[Self.parentKey] = parent?.span
    }

    /// Logs what became of it.
    public func end(_ call: DogeCall, _ outcome: DogeOutcome) {
        guard level >= call.logger.logLevel, let span = call.meta[TraceParent.key].flatMap({ TraceParent($0) }),
            span.isSampled
        else { return }
        let (seconds, attoseconds) = outcome.duration.components
        let micros = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        let parent = call.meta[Self.parentKey].map { " parent=\($0)" } ?? ""
        let code = outcome.error == nil ? 0 : 1
        call.logger.log(
            level: level,
            "event=call_traced trace=\(span.trace) span=\(span.span)\(parent) method=\(call.method) code=\(code) micros=\(micros)"
        )
    }

    private static let parentKey = "doge-parent-span"
}

/// A place in a trace, as the W3C writes it: `00-<trace>-<span>-<flags>`.
public struct TraceParent: Sendable, Equatable, CustomStringConvertible {
    /// What it is called in the meta.
    public static let key = "traceparent"

    /// The trace, 32 hexadecimal digits.
    public let trace: String
    /// The span, 16 hexadecimal digits.
    public let span: String
    /// Whether the trace is recorded.
    public let isSampled: Bool

    /// A new trace.
    public init(isSampled: Bool = true) {
        trace = Self.digits(.random(in: 1 ... .max)) + Self.digits(.random(in: 1 ... .max))
        span = Self.digits(.random(in: 1 ... .max))
        self.isSampled = isSampled
    }

    /// What `text` says; nil when it is none, which begins a new trace.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        // A later version may have more parts, the first one has four.
        guard parts.count >= 4, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            zip(parts, [2, 32, 16, 2]).allSatisfy({ $0.utf8.count == $1 && $0.utf8.allSatisfy(Self.isDigit) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        trace = String(parts[1])
        span = String(parts[2])
        isSampled = flags & 1 == 1
    }

    private init(trace: String, span: String, isSampled: Bool) {
        self.trace = trace
        self.span = span
        self.isSampled = isSampled
    }

    /// A span of the same trace.
    public func child() -> TraceParent {
        TraceParent(trace: trace, span: Self.digits(.random(in: 1 ... .max)), isSampled: isSampled)
    }

    /// The text that travels.
    public var description: String { "00-\(trace)-\(span)-\(isSampled ? "01" : "00")" }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || byte &- 0x61 < 6
    }

    private static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
