/// A frame of the laboratory's protocol: a kind, a stream's number, two bytes of length, and a payload.
struct LabFrame {
    /// What a frame is about, to either side.
    enum Kind: UInt8 {
        /// Opens a stream with a request's head, or answers it with the reply's: status and fields, a line each.
        case head = 0x48  // H
        /// A piece of a body.
        case data = 0x44  // D
        /// The end of a body, with the fields that follow it.
        case end = 0x45  // E
        /// From the client: as many more bytes as the payload says, in decimal digits, may be sent on the stream.
        case window = 0x57  // W
        /// From the client: the reply is not wanted any more. From the server: it ends in the middle, or is not begun.
        case reset = 0x52  // R
        /// Fields ahead of the reply.
        case hints = 0x49  // I
    }

    static let headerCount = 4
    static let largestPayload = 16_384

    let kind: Kind
    let stream: UInt8
    var payload: [UInt8] = []

    /// The frame's bytes.
    var bytes: [UInt8] {
        [kind.rawValue, stream, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)] + payload
    }

    /// The first frame in `bytes` and what it takes of them; nil if it is not whole.
    ///
    /// - Throws: `LabError` for a kind that does not exist.
    static func first(in bytes: [UInt8]) throws(LabError) -> (frame: LabFrame, count: Int)? {
        guard bytes.count >= headerCount else { return nil }
        guard let kind = Kind(rawValue: bytes[0]) else { throw LabError(description: "no such kind of frame") }
        let end = headerCount + Int(bytes[2]) << 8 + Int(bytes[3])
        guard bytes.count >= end else { return nil }
        return (LabFrame(kind: kind, stream: bytes[1], payload: Array(bytes[headerCount..<end])), end)
    }
}
