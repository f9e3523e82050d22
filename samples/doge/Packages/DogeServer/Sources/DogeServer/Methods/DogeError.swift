/// An error whose text is the answer: `[1, id, text, nil]`.
///
/// Of any other error that a method throws the client learns only that there was one.
public struct DogeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the client is told.
    public let description: String

    /// An error; an empty text, which old clients take for success, becomes "error".
    public init(_ description: String) {
        self.description = description.isEmpty ? "error" : description
    }
}
