/// Where a call stands in a trace, as the W3C's `traceparent` says it.
public struct TraceContext: Sendable, Hashable, CustomStringConvertible {
    /// The name under which it travels in a call's meta.
    public static let key = "traceparent"
    /// The trace that calls of this task belong to; set it with `TraceContext.$current.withValue(…) { … }`.
    @TaskLocal public static var current: TraceContext?

    private let trace: (high: UInt64, low: UInt64)
    private let span: UInt64
    /// Whether the trace is recorded.
    public let isSampled: Bool

    private init(trace: (high: UInt64, low: UInt64), span: UInt64, isSampled: Bool) {
        self.trace = trace
        self.span = span
        self.isSampled = isSampled
    }

    /// Begins a trace.
    public init() {
        self.init(
            trace: (.random(in: .min ... .max), .random(in: 1 ... .max)), span: .random(in: 1 ... .max),
            isSampled: true)
    }

    /// The context that `text` says; nil if it says none.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            parts[1].count == 32, parts[2].count == 16, parts[3].count == 2,
            parts[0...3].allSatisfy({ $0.utf8.allSatisfy(Self.isDigit) }),
            let high = UInt64(parts[1].prefix(16), radix: 16), let low = UInt64(parts[1].suffix(16), radix: 16),
            let span = UInt64(parts[2], radix: 16), let flags = UInt8(parts[3], radix: 16),
            high | low != 0, span != 0
        else { return nil }
        self.init(trace: (high, low), span: span, isSampled: flags & 1 == 1)
    }

    // The standard has no capitals.
    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// A step below this one, in the same trace.
    public func child() -> TraceContext {
        TraceContext(trace: trace, span: .random(in: 1 ... .max), isSampled: isSampled)
    }

    /// The trace's name, which all its steps share.
    public var traceID: String { Self.hexadecimal(trace.high) + Self.hexadecimal(trace.low) }

    /// `00-TRACE-SPAN-FLAGS`.
    public var description: String { "00-\(traceID)-\(Self.hexadecimal(span))-\(isSampled ? "01" : "00")" }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Whether both are the same step.
    public static func == (left: TraceContext, right: TraceContext) -> Bool { left.description == right.description }

    /// Takes in the step's text.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(description)
    }
}
