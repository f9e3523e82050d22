package import DroverCore
internal import DroverSystem
package import Logging

/// Why no control socket can be where one shall be.
package enum ControlSocketError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A living process listens there.
    case taken(String)
    /// There is a file that is no socket.
    case otherFile(String)

    package var description: String {
        switch self {
        case .taken(let path):
            """
            a living server listens on the control socket \(path); stop it ('ctl stop --socket \(path)') or choose \
            another --control-socket, or another --pid beside which it lies
            """
        case .otherFile(let path):
            "cannot make the control socket \(path): there is a file that is not a socket; remove it first"
        }
    }
}

extension ControlSocket {
    /// Opens the control socket where the settings want it.
    ///
    /// One that was asked for must come about. One that is only a default must not keep a server from starting: several
    /// servers may have the same name, and a container's folders may be read-only.
    ///
    /// - Parameters:
    ///   - place: Where; nil when it is switched off.
    ///   - suffix: What to append to the path, for an arbiter that will take the path over later.
    ///   - logger: Where to say that there is none.
    /// - Returns: nil when there is none, which is logged unless it was meant.
    /// - Throws: `ControlSocketError` or `SystemError`.
    package static func open(_ place: ControlSocketPath?, suffix: String = "", logger: Logger) throws -> ControlSocket?
    {
        guard let place else { return nil }
        do {
            if let directory = place.privateDirectory { try requirePrivateDirectory(directory) }
            return try ControlSocket(path: place.path + suffix)
        } catch {
            let isTaken = (error as? ControlSocketError) == .taken(place.path + suffix)
            switch place.origin {
            case .setting: throw error
            case .pidFile: if isTaken { throw error }
            case .name: break
            }
            logger.event(
                .warning, "no_control_socket",
                ["reason": "\(error)", "remedy": "give --pid or --control-socket, or --control-socket off"])
            return nil
        }
    }
}
