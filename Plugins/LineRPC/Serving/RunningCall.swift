/// What to know a call by that runs in a task of its own.
struct RunningCall {
    let method: String
    /// The id in JSON; nil for a notification.
    let id: [UInt8]?
    /// The batch that it is a part of.
    let batch: BatchReply?
}

/// The reply to a batch, which is complete when all of its calls have ended.
final class BatchReply {
    private(set) var bytes: [UInt8] = []
    /// Calls that have begun and not ended.
    var running = 0
    /// Whether all calls have begun.
    var isClosed = false

    /// Whether results had to be left out; from then on there are only errors, which are short.
    var isFull = false

    var isComplete: Bool { isClosed && running == 0 }

    /// Adds the reply to one call.
    func append(_ reply: [UInt8]) {
        bytes.append(UInt8(ascii: bytes.isEmpty ? "[" : ","))
        bytes.append(contentsOf: reply)
    }
}

/// A batch that is being gone through; its bytes stay in the connection's input as long.
struct OpenBatch {
    /// Where its calls lie in the input, and how much of that is dealt with after the last.
    let calls: [Range<Int>]
    let taking: Int
    let reply = BatchReply()
    var next = 0
}
