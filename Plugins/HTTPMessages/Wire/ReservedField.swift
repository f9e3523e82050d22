/// Field names that belong to the connection, which a handler has no say in.
enum ReservedField {
    /// Whether a handler's field of this name is left out: the server writes it, or it would mean something only to
    /// the next hop.
    static func contains(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: matches(name, "date")
        case 6: matches(name, "server")
        case 7: matches(name, "upgrade") || matches(name, "trailer")
        case 10: matches(name, "connection") || matches(name, "keep-alive")
        case 14: matches(name, "content-length")
        case 16: matches(name, "proxy-connection")
        case 17: matches(name, "transfer-encoding")
        default: false
        }
    }

    private static func matches(_ name: String, _ reserved: String) -> Bool {
        FoldedBytes.equal(name, reserved)
    }
}
