public import DroverCore

/// A handler under a name that configuration can choose.
public struct HTTPApplication: Sendable {
    /// The name that `app:` and `--app` know it by.
    public let name: String
    /// What it does, in a few words.
    public let summary: String
    private let make: @Sendable (WorkerIdentity) throws -> any HTTPHandler

    /// An application that is built in each worker, after the fork; so it may open files and start threads.
    ///
    /// - Parameters:
    ///   - name: The name in configuration.
    ///   - summary: What it does, in a few words.
    ///   - make: Builds the handler; what it throws stops the worker from starting.
    public init(
        _ name: String, summary: String = "", _ make: @escaping @Sendable (WorkerIdentity) throws -> any HTTPHandler
    ) {
        self.name = name
        self.summary = summary
        self.make = make
    }

    /// The same as the core takes it.
    public var definition: ApplicationDefinition {
        let make = make
        return ApplicationDefinition(name, summary: summary) { worker in AnyHTTPHandler(handler: try make(worker)) }
    }
}

/// A handler as the core carries it from the application to the protocol.
///
/// A concrete type on purpose: asking whether a value conforms to a protocol searches the whole program the first time,
/// which every new worker would pay for.
package struct AnyHTTPHandler: Sendable {
    /// The handler.
    package let handler: any HTTPHandler

    /// A box for `handler`.
    package init(handler: any HTTPHandler) {
        self.handler = handler
    }
}
