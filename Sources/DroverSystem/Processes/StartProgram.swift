import CDrover

/// Starts the program `image` in its folder as a child of this process.
///
/// The child has no signal blocked, and ignores none but SIGHUP if this process does. It inherits the standard streams
/// and the descriptors of `inheriting`, under their numbers; all others that are close-on-exec stay behind.
/// posix_spawn(3) does it without running any of our code in the child, and returns when the new program runs.
///
/// - Parameters:
///   - image: What to start.
///   - environment: The whole environment of the child.
///   - inheriting: Descriptors that the child gets.
/// - Returns: The child's process id, and the file that it runs, without links.
/// - Throws: `SystemError` with what is in the way: no such file, not executable, the folder is gone.
package func startProgram(
    _ image: ProgramImage, environment: [String: String], inheriting: [Int32] = []
) throws(SystemError) -> (pid: Int32, file: String) {
    let path = try image.executable()
    if let directory = image.directory {
        // Looked at here, as the kernel's answer from the child does not tell a missing folder from a missing program.
        try systemCall("chdir", subject: directory) { access(directory, X_OK) }
    }
    var child: Int32 = -1
    let variables = environment.map { "\($0.key)=\($0.value)" }.sorted()
    let code = withCStrings(image.arguments) { arguments in
        withCStrings(variables) { variables in
            inheriting.withUnsafeBufferPointer { numbers in
                c_drover_spawn(
                    &child, path, arguments, variables, image.directory, numbers.baseAddress, numbers.count)
            }
        }
    }
    guard code == 0 else { throw SystemError("execve", code, subject: path) }
    return (child, fileWithoutLinks(path))
}

/// The path of a file with every link in it followed, realpath(3); `path` itself where that fails.
private func fileWithoutLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// Calls `body` with `strings` as C wants them: an array of pointers, the last one null.
private func withCStrings<R>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
    let pointers = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
}
