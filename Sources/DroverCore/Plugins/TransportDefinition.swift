/// A transport that a listener can use.
public struct TransportDefinition: Sendable {
    /// Its name in the configuration.
    public let name: String
    /// One line for `--help` and error messages.
    public let summary: String
    /// How a sentence calls it after `over`, where the name alone does not say it, such as `tls or plain`.
    public let label: String
    /// How its clients are known when they come to a listener with another transport; nil for those that are not.
    public let signature: ClientSignature?
    /// Whether peers can say which protocol they mean while it shakes hands (ALPN), so that a listener can have several.
    public let negotiates: Bool
    /// Makes it, in the arbiter, for each generation before its workers are forked; they inherit it.
    ///
    /// So it reads what only the arbiter may read, and what it throws keeps a server from starting and a reload from
    /// happening: `SettingsIssue` says where the mistake is. It may start no thread, task or Dispatch.
    public let make: @Sendable (TransportContext) throws -> any Transport

    /// A transport called `name`, in sentences too unless there is a `label`.
    public init(
        _ name: String, summary: String = "", label: String? = nil, signature: ClientSignature? = nil,
        negotiates: Bool = false,
        make: @escaping @Sendable (TransportContext) throws -> any Transport
    ) {
        self.name = name
        self.summary = summary
        self.label = label ?? name
        self.signature = signature
        self.negotiates = negotiates
        self.make = make
    }
}
