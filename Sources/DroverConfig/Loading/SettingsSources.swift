import DroverSystem

/// The world that settings are read from, as values and functions, so that reading them is a pure thing.
package struct SettingsSources: Sendable {
    /// The environment.
    package var environment: [String: String]
    /// Reads a file; nil when there is none.
    package var readFile: @Sendable (String) throws -> String?
    /// How many CPUs `workers: auto` stands for.
    package var usableCPUs: @Sendable () -> Int

    /// Sources that are given one by one.
    package init(
        environment: [String: String],
        readFile: @escaping @Sendable (String) throws -> String?,
        usableCPUs: @escaping @Sendable () -> Int
    ) {
        self.environment = environment
        self.readFile = readFile
        self.usableCPUs = usableCPUs
    }

    /// The real files and CPUs of this machine; a relative path is read from `directory`, also after `chdir`.
    package static func machine(environment: [String: String], directory: String? = nil) -> SettingsSources {
        SettingsSources(
            environment: environment,
            readFile: { try contentOfFile($0, from: directory) },
            usableCPUs: { AvailableCPUs.count() })
    }

    private static func contentOfFile(_ path: String, from directory: String?) throws(SystemError) -> String? {
        var fullPath = path
        if let directory, path.first != "/" { fullPath = "\(directory)/\(path)" }
        do {
            return try readSmallFile(fullPath)
        } catch {
            if error.isMissingFile { return nil }
            throw error
        }
    }
}

extension SystemError {
    /// ENOENT, which is 2 in every Linux ABI; this floor does not import libc for one number.
    fileprivate var isMissingFile: Bool { code == 2 }
}
