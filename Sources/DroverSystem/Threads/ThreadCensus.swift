import CDrover

/// The names of this process's threads, from /proc/self/task.
///
/// fork(2) copies only the calling thread, so whatever the others held stays locked in the child for ever: the
/// arbiter counts before each fork.
package func threadCensus() -> [String] {
    guard let directory = opendir("/proc/self/task") else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let identifier = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if identifier.first == "." { continue }
        let name = (try? readSmallFile("/proc/self/task/\(identifier)/comm")) ?? "?"
        names.append(name.last == "\n" ? String(name.dropLast()) : name)
    }
    return names
}
