public import DroverSystem

/// A listener as a worker knows it: the inherited socket, and what to do with its connections.
///
/// A class, since every connection's task holds one.
public final class WorkerListener: Sendable {
    /// The socket's number; the arbiter bound it.
    package let descriptor: Int32
    /// Where it listens; the kernel has chosen the port where the configuration leaves it open.
    public let address: SocketAddress
    /// What is served to its connections.
    public let protocolHandler: any ServerProtocol
    /// Its part of the configuration.
    package let settings: ListenerSettings
    package let limits: ConnectionLimits
    package let transport: any Transport
    /// What knows the clients that do not speak the transport's language.
    let strangers: MismatchHelp?
    /// The same listener with other protocols, by the names by which peers choose them.
    package let alternatives: [String: WorkerListener]
    /// Whether the protocol is one of messages.
    let hasMessages: Bool
    /// That protocol; called in place, as a copy of it would be counted at each message.
    let messages: any MessageProtocol
    let inputLimit: Int

    /// The name of the protocol that its configuration chooses.
    public var protocolName: String { settings.protocolName }

    /// Whether all workers take from one queue.
    package var isShared: Bool { !settings.hasOwnQueues(at: address) }

    package init(
        descriptor: Int32, address: SocketAddress, settings: ListenerSettings, limits: ConnectionLimits,
        transport: any Transport, protocolHandler: any ServerProtocol, strangers: MismatchHelp? = nil,
        alternatives: [String: WorkerListener] = [:]
    ) {
        self.descriptor = descriptor
        self.address = address
        self.settings = settings
        self.limits = limits
        self.transport = transport
        self.protocolHandler = protocolHandler
        self.strangers = strangers
        self.alternatives = alternatives
        let messages = protocolHandler as? any MessageProtocol
        hasMessages = messages != nil
        self.messages = messages ?? NoMessages()
        inputLimit = messages?.inputLimit ?? 0
    }

    /// The same with `change` applied to what is served.
    func serving(_ change: (any ServerProtocol) -> any ServerProtocol) -> WorkerListener {
        WorkerListener(
            descriptor: descriptor, address: address, settings: settings, limits: limits, transport: transport,
            protocolHandler: change(protocolHandler), strangers: strangers,
            alternatives: alternatives.mapValues { $0.serving(change) })
    }
}

/// Stands where a listener's protocol serves connections as a whole.
private struct NoMessages: MessageProtocol {
    func serveMessage(_ connection: Connection) async throws -> Next { .end }
}
