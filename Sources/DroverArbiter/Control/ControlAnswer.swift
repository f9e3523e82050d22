internal import DroverCore

/// What the arbiter answers: a status, which becomes the exit status of the client, and a text to print.
///
/// On the wire it is the status in digits, a line feed, and the text until the end of the stream.
package struct ControlAnswer: Equatable, Sendable {
    /// 0 when it is done, 1 when it was refused or failed.
    package let status: Int32
    /// A table or a sentence for people, or one JSON document; ends with a line feed.
    package let text: String

    /// An answer.
    package init(status: Int32, text: String) {
        self.status = status
        self.text = text.isEmpty || text.last == "\n" ? text : text + "\n"
    }

    /// The outcome of a command, a sentence, in the form that `request` asks for.
    package init(status: Int32, outcome: String, for request: ControlRequest?) {
        guard request?.wantsJSON == true else {
            self.init(status: status, text: outcome)
            return
        }
        let members = [
            (name: "command", value: JSONText.string(request?.command.words.joined(separator: " ") ?? "")),
            (name: "status", value: String(status)),
            (name: "message", value: JSONText.string(outcome)),
        ]
        self.init(status: status, text: JSONText.object(members))
    }

    /// Its form on the wire.
    package var wireForm: [UInt8] { Array("\(status)\n\(text)".utf8) }

    /// Reads the form on the wire; nil when the stream ended before the status did, or it is none.
    package init?(wireForm bytes: some Collection<UInt8>) {
        let digits = bytes.prefix { $0 != 0x0A }
        guard digits.count < bytes.count, digits.count <= 3,
            let status = Int32(String(decoding: digits, as: UTF8.self)),
            (0...255).contains(status)
        else { return nil }
        self.init(status: status, text: String(decoding: bytes.dropFirst(digits.count + 1), as: UTF8.self))
    }
}
