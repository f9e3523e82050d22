public import Logging

/// What a companion works with.
public struct CompanionContext: Sendable {
    /// Its process; companions have the slots from -1 down.
    public let identity: WorkerIdentity
    /// Its logger.
    public let logger: Logger
    /// Its plugin's part of the configuration file, with every default filled in; empty when the plugin has none.
    public let section: SettingsNode
    /// Where the workers of its generation listen.
    public let listeners: [ListenerAddress]
    private let whenReady: @Sendable () -> Void

    /// A context; tests make their own.
    public init(
        identity: WorkerIdentity, logger: Logger, section: SettingsNode = .empty, listeners: [ListenerAddress] = [],
        whenReady: @escaping @Sendable () -> Void = {}
    ) {
        self.identity = identity
        self.logger = logger
        self.section = section
        self.listeners = listeners
        self.whenReady = whenReady
    }

    /// Tells the arbiter that this companion has done what its predecessor, if there is one, was needed for until now.
    ///
    /// One that is there `whileReady` has to say so within `boot_timeout`, also when it could not do its work yet; for
    /// others it means nothing.
    public func becomeReady() {
        whenReady()
    }
}
