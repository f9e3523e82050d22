package import DroverSystem

/// Memory that all workers of all generations share, by name; a server that this one is upgraded to goes on with it.
///
/// Only the arbiter asks for areas, before it forks.
package final class SharedAreas: @unchecked Sendable {
    private var files: [SharedFile] = []

    /// None yet.
    package init() {}

    /// What an earlier arbiter wrote with `handOver`: a line an area, with its descriptor and name.
    package init(handedOver text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let number = Int32(words[0]) else { continue }
            // What cannot be taken over is made anew.
            if let file = try? SharedFile(String(words[1]), inheriting: number) { files.append(file) }
        }
    }

    /// The area called `name`, zeroed when it is new.
    package func area(_ name: String, byteCount: Int) throws(SystemError) -> SharedFile {
        if let known = files.first(where: { $0.name == name && $0.byteCount >= byteCount }) { return known }
        let file = try SharedFile(name, byteCount: byteCount)
        files.append(file)
        return file
    }

    /// The form that `init(handedOver:)` reads.
    package var handOver: String { files.map { "\($0.descriptor) \($0.name)" }.joined(separator: "\n") }

    /// What a successor inherits.
    package var descriptors: [Int32] { files.map(\.descriptor) }
}
