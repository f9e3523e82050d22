/// Where a server's control socket is: a pure function of its settings, by which its clients find it too.
package struct ControlSocketPath: Equatable, Sendable {
    /// What the path follows from.
    package enum Origin: Sendable {
        /// The setting `control_socket`.
        case setting
        /// The pid file, beside which it lies.
        case pidFile
        /// The server's name alone, which others may have too.
        case name
    }

    package let path: String
    package let origin: Origin
    /// The folder that the server makes for it and that only its user may enter; nil when the folder is the system's.
    package let privateDirectory: String?

    private init(_ path: String, _ origin: Origin, privateDirectory: String? = nil) {
        self.path = path
        self.origin = origin
        self.privateDirectory = privateDirectory
    }

    /// The path for a server of these settings; nil when it is switched off.
    ///
    /// - Parameters:
    ///   - process: The settings.
    ///   - program: The executable's name.
    ///   - environment: The variables, of which XDG_RUNTIME_DIR counts.
    ///   - user: The user's number.
    ///   - directory: The working directory at the start, before `chdir`.
    package init?(
        _ process: ProcessSettings, program: String, environment: [String: String], user: UInt32, directory: String?
    ) {
        let first = Self.candidates(
            process, program: program, environment: environment, user: user, directory: directory
        ).first
        guard let first else { return nil }
        self = first
    }

    /// The paths at which a client looks, the server's own choice first.
    ///
    /// A service manager gives a server another environment than a person's terminal has, so a name alone can mean
    /// several paths.
    package static func candidates(
        _ process: ProcessSettings, program: String, environment: [String: String], user: UInt32, directory: String?
    ) -> [ControlSocketPath] {
        func absolute(_ path: String) -> String {
            let folder = process.chdir.map { joined(directory, $0) } ?? directory
            return joined(folder, path)
        }
        if let setting = process.controlSocket {
            return setting == Self.off ? [] : [ControlSocketPath(absolute(setting), .setting)]
        }
        if let pidFile = process.pidfile {
            let stem = pidFile.hasSuffix(".pid") ? String(pidFile.dropLast(4)) : pidFile
            return [ControlSocketPath(absolute(stem + ".ctl"), .pidFile)]
        }
        let name = String((process.name ?? program).map { $0 == "/" ? "-" : $0 }) + ".ctl"
        var candidates: [ControlSocketPath] = []
        if let runtime = environment["XDG_RUNTIME_DIR"], runtime.first == "/" {
            candidates.append(ControlSocketPath(joined(runtime, name), .name))
        }
        if user == 0 {
            candidates.append(ControlSocketPath("/run/\(name)", .name))
        } else {
            let folder = "/tmp/drover-\(user)"
            candidates.append(ControlSocketPath("\(folder)/\(name)", .name, privateDirectory: folder))
        }
        return candidates
    }

    /// The value of the setting that means none.
    package static let off = "off"

    private static func joined(_ folder: String?, _ path: String) -> String {
        guard let folder, path.first != "/" else { return path }
        return folder.last == "/" ? folder + path : "\(folder)/\(path)"
    }
}
