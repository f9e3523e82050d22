import CDrover

/// The process's environment and working directory.
package enum ProcessEnvironment {
    /// Every variable, environ(7).
    package static func all() -> [String: String] {
        var variables: [String: String] = [:]
        guard var next = c_drover_environment() else { return [:] }
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let mark = text.firstIndex(of: "=") {
                variables[String(text[..<mark])] = String(text[text.index(after: mark)...])
            }
            next += 1
        }
        return variables
    }

    /// Sets `name`, setenv(3).
    package static func set(_ name: String, _ value: String) {
        setenv(name, value, 1)
    }

    /// Removes `name`, unsetenv(3).
    package static func unset(_ name: String) {
        unsetenv(name)
    }

    /// The working directory, getcwd(3); nil when it has been removed.
    package static func currentDirectory() -> String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    /// Changes the working directory, chdir(2).
    package static func changeDirectory(_ path: String) throws(SystemError) {
        try systemCall("chdir", subject: path) { chdir(path) }
    }

    /// Chooses the permissions that new files are made without, umask(2), and returns those of before.
    @discardableResult
    package static func setFileModeMask(_ mask: UInt32) -> UInt32 {
        umask(mask)
    }
}
