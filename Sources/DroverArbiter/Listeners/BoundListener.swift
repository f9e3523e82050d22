internal import DroverCore
internal import DroverSystem

/// One address that the arbiter listens on, with its socket.
final class BoundListener {
    let settings: ListenerSettings
    let address: SocketAddress
    private var socket: ListeningSocket?

    init(settings: ListenerSettings, socket: consuming ListeningSocket) {
        self.settings = settings
        address = socket.address
        self.socket = consume socket
    }

    /// What a worker inherits; nil when it is closed.
    var inherited: WorkerLaunch.Inherited? {
        guard let descriptor = socket?.descriptor.raw else { return nil }
        return WorkerLaunch.Inherited(descriptor: descriptor, address: address, settings: settings)
    }

    /// Closes the arbiter's copy. Workers have their own: the queue lives until the last of them closes.
    func close() {
        socket = nil
    }

    /// Removes the socket's name from the file system.
    func removeName() {
        guard case .unix(let path) = address else { return }
        try? removeFile(path)
    }
}
