import CDrover

/// A system call that failed, with the error number it left.
///
/// Prints as one line: the call, what it was about where that is known, and strerror(3)'s words.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call's name as in its manual page, without the section.
    public let call: String
    /// The error number, errno(3).
    public let code: Int32
    /// What the call was about: a path, an address.
    public let subject: String?
    /// What is wrong in words of our own, where the number says too little.
    let explanation: String?

    /// An error of `call` with the number `code`.
    public init(_ call: String, _ code: Int32, subject: String? = nil) {
        self.call = call
        self.code = code
        self.subject = subject
        explanation = nil
    }

    /// An error of `call` with the number `code`, which `explanation` tells better.
    package init(_ call: String, _ code: Int32, subject: String, explanation: String) {
        self.call = call
        self.code = code
        self.subject = subject
        self.explanation = explanation
    }

    /// The error that `call` has just left in errno.
    package static func last(_ call: String, subject: String? = nil) -> SystemError {
        SystemError(call, lastErrorNumber, subject: subject)
    }

    /// The call, what it was about, and strerror(3)'s words or better ones.
    public var description: String {
        guard let subject else { return "\(call): \(reason)" }
        return "\(call) \(subject): \(reason)"
    }
}
