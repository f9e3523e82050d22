/// What an application is made from.
public struct ApplicationContext: Sendable {
    /// The worker it is made in.
    public let worker: WorkerIdentity
    /// The plugin's part of the configuration file, as it counts for the listener that names the application.
    public let section: SettingsNode
    /// Where the application may open streams to other servers, beside the worker's connections.
    public let streams: StreamLoop

    /// A context; tests make their own.
    public init(worker: WorkerIdentity, section: SettingsNode = .empty, streams: StreamLoop = StreamLoop()) {
        self.worker = worker
        self.section = section
        self.streams = streams
    }
}
