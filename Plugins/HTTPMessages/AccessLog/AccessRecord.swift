/// A request that has been answered, as the access log sees it.
struct AccessRecord {
    /// Nil for what was not understood as a request.
    let request: Request?
    /// The answer.
    let response: Response
    /// How it travelled.
    let framing: ReplyFraming
    /// Bytes of the body; nil when there was none, or when the reply broke off and it is not known.
    let bodyBytes: Int?
    /// What is known of the connection.
    let peer: PeerFacts
    /// Seconds since 1970 when it was answered.
    let seconds: Int64
    /// Monotonic ns: when the first byte came, when the handler was asked, when the last byte had left.
    let arrival: Int64, beginning: Int64, end: Int64

    /// A record of these; moments are in monotonic nanoseconds.
    init(
        _ request: Request?, _ response: Response, _ framing: ReplyFraming, _ peer: PeerFacts, bodyBytes: Int?,
        arrival: Int64, beginning: Int64, end: Int64, seconds: Int64
    ) {
        self.request = request
        self.response = response
        self.framing = framing
        self.bodyBytes = bodyBytes
        self.peer = peer
        self.seconds = seconds
        self.arrival = arrival
        self.beginning = beginning
        self.end = end
    }

    var duration: Int64 { max(0, end - arrival) / 1_000 }
    var queueTime: Int64 { max(0, beginning - arrival) / 1_000 }
}
