public import MessagePack

// Messages whose arguments or result the caller writes behind them.

extension MessagePackWriter {
    /// Begins a call, or a notification where there is no id; `argumentCount` values are to follow.
    public mutating func beginRequest(id: Int64?, method: String, meta: [String: String] = [:], argumentCount: Int) {
        if let id {
            beginArray(4)
            write(0)
            write(id)
        } else {
            beginArray(3)
            write(2)
        }
        write(method)
        beginArray(argumentCount + 1)
        beginMap(meta.count)
        for (name, value) in meta {
            write(name)
            write(value)
        }
    }

    /// Begins a reply without an error; its result is to follow.
    public mutating func beginReply(id: Int64) {
        beginArray(4)
        write(1)
        write(id)
        writeNull()
    }

    /// Writes a reply with an error, which is given a text if it has none.
    public mutating func writeReply(id: Int64, error: String) {
        beginArray(4)
        write(1)
        write(id)
        write(error.isEmpty ? "error" : error)
        writeNull()
    }
}
