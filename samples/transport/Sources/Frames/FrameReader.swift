/// Takes frames apart, whatever the pieces are in which they come.
///
/// A payload leaves when its checksum has been found right.
struct FrameReader {
    /// What comes next.
    enum Step {
        /// A payload is ready to be moved out.
        case payload
        /// The farewell.
        case farewell
        /// The rest of a frame has to come first.
        case incomplete
    }

    /// What was received and not dealt with yet; more is appended here.
    var input: [UInt8] = []
    private let limit: Int
    /// Where in the input the frame in turn begins, and where what is ready lies.
    private var start = 0
    private var ready = 0..<0
    private var number = 0

    /// A reader of frames whose payloads have up to `limit` bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// Whether there is something that more input is not needed for.
    var hasFrame: Bool {
        if !ready.isEmpty { return true }
        guard let length = length(at: start) else { return false }
        return length > limit || input.count - start >= length + Frame.overhead
    }

    /// How many bytes are ready.
    var readyCount: Int { ready.count }

    /// Looks at the next frame.
    ///
    /// - Throws: What is wrong with it.
    mutating func next() throws(BrokenFrame) -> Step {
        if !ready.isEmpty { return .payload }
        guard let length = length(at: start) else { return .incomplete }
        // Before the payload has come: no peer has to keep more than that.
        guard length <= limit else { throw BrokenFrame(number: number + 1, .tooLong(length, limit: limit)) }
        guard input.count - start >= length + Frame.overhead else { return .incomplete }
        number += 1
        let payload = start + 4..<start + 4 + length
        let checksum = CRC32C.of(input[start..<payload.upperBound])
        guard number(at: payload.upperBound) == checksum else { throw BrokenFrame(number: number, .checksum) }
        start = payload.upperBound + 4
        if length == 0 { return .farewell }
        ready = payload
        return .payload
    }

    /// Moves as much of what is ready into `space` as there is room for.
    mutating func move(into space: inout OutputRawSpan) {
        let part = ready.prefix(space.freeCapacity)
        for place in part { space.append(input[place]) }
        ready = part.endIndex..<ready.upperBound
        // An idle connection keeps no memory.
        if ready.isEmpty, start == input.count { makeRoom() }
    }

    /// Forgets the input that has been dealt with, before more of it comes.
    mutating func makeRoom() {
        precondition(ready.isEmpty, "what is ready is moved out first")
        if start == input.count { input = [] } else { input.removeFirst(start) }
        start = 0
    }

    /// Takes what each end says first.
    ///
    /// - Returns: Whether it is there; nil when something else is.
    mutating func takeHello() -> Bool? {
        guard Frame.hello.starts(with: input.prefix(Frame.hello.count)) else { return nil }
        guard input.count >= Frame.hello.count else { return false }
        start = Frame.hello.count
        makeRoom()
        return true
    }

    private func length(at place: Int) -> Int? { input.count - place < 4 ? nil : Int(number(at: place)) }

    private func number(at place: Int) -> UInt32 { input[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } }
}

/// A frame that cannot be used; nothing behind it can.
struct BrokenFrame: Error, CustomStringConvertible {
    enum Fault: Equatable {
        case tooLong(Int, limit: Int)
        case checksum
    }

    let number: Int
    let fault: Fault

    init(number: Int, _ fault: Fault) {
        self.number = number
        self.fault = fault
    }

    var description: String {
        switch fault {
        case .tooLong(let length, let limit): "frame \(number) has \(length) bytes, more than the limit of \(limit)"
        case .checksum: "frame \(number) has a wrong checksum"
        }
    }
}
