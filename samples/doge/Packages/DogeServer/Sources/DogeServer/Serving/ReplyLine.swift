/// Replies that leave in the order in which the calls came.
struct ReplyLine {
    private var replies: [[UInt8]?] = []
    // The place of the first of them.
    private var first = 0

    /// How many places wait for their turn.
    var count: Int { replies.count }

    /// A place at the end.
    mutating func open() -> Int {
        replies.append(nil)
        return first + replies.count - 1
    }

    /// Puts a reply into its place.
    mutating func close(_ place: Int, with reply: [UInt8]) {
        replies[place - first] = reply
    }

    /// The first reply, if it is there.
    mutating func next() -> [UInt8]? {
        guard let reply = replies.first, let reply else { return nil }
        replies.removeFirst()
        first += 1
        return reply
    }
}
