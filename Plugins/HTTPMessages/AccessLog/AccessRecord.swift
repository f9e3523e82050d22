package import DroverCore
import DroverSystem

/// A request that has been answered, as the access log sees it.
package struct AccessRecord {
    /// Nil for what was not understood as a request.
    package let request: Request?
    /// The answer.
    package let response: Response
    /// How it travelled.
    package let framing: ReplyFraming
    /// Bytes of the body; nil when there was none, or when the reply broke off and nobody knows.
    package let bodyBytes: Int?
    /// Who asked.
    package let connection: Connection
    /// Monotonic ns: when the first byte came, when somebody began to answer, when the last byte had left.
    package let arrival: Int64, beginning: Int64, end: Int64

    /// A record of these; moments are in monotonic nanoseconds.
    package init(
        _ request: Request?, _ response: Response, _ framing: ReplyFraming, _ connection: Connection, bodyBytes: Int?,
        arrival: Int64, beginning: Int64, end: Int64
    ) {
        self.request = request
        self.response = response
        self.framing = framing
        self.bodyBytes = bodyBytes
        self.connection = connection
        self.arrival = arrival
        self.beginning = beginning
        self.end = end
    }

    var duration: Int64 { max(0, end - arrival) / 1_000 }
    var queueTime: Int64 { max(0, beginning - arrival) / 1_000 }
}
