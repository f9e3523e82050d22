/// Gives each call a W3C `traceparent` in its meta, so that logs of both ends can be laid beside each other.
///
/// A call that is made while ``TraceContext/current`` is set belongs to that trace; any other begins a trace. A
/// `traceparent` that is there already stays.
public struct TracingFilter: ClientFilter {
    /// A filter that needs no settings.
    public init() {}

    /// Passes the call on with a `traceparent`.
    public func call(
        _ call: ClientCall, next: @Sendable (ClientCall) async throws -> ClientResult
    ) async throws -> ClientResult {
        guard call.meta[TraceContext.key] == nil else { return try await next(call) }
        var call = call
        call.meta[TraceContext.key] = (TraceContext.current?.child() ?? TraceContext()).description
        return try await next(call)
    }
}
