/// A request's body on its way here; it belongs to the exchange, and a handler is let at it by ``HandlerAccess``.
protocol IncomingBody: AnyObject {
    /// The fields that followed the body, once it has been read.
    var trailers: HeaderFields { get }
    /// Whether the connection can be used for another request when the rest of the body is thrown away.
    var canDiscardRest: Bool { get }
    /// The next bytes, never none; nil at the end.
    func next() async throws -> [UInt8]?
    /// Throws the rest of the body away.
    ///
    /// - Returns: Whether its end was found within reason, so that the next request can be.
    func discardRest() async throws -> Bool
    /// Hears that no more of it will be read.
    func abandonRest()
}
