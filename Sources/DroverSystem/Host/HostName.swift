import CDrover

/// The machine's own name, gethostname(2); `localhost` when it has none.
package func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    let text = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    return text.isEmpty ? "localhost" : text
}
