import DroverHTTPFiles

/// No path leaves the root, and none has two names.
enum PathTarget {
    static func check(_ bytes: [UInt8]) {
        for showsDotFiles in [false, true] {
            for prefix in ["/", "/static/"] { check(bytes, PathResolver(prefix: prefix, dotFiles: showsDotFiles)) }
        }
    }

    private static func check(_ bytes: [UInt8], _ resolver: PathResolver) {
        let name: [UInt8]
        switch resolver.resolve(bytes.span.bytes) {
        case .plain(let range): name = Array(bytes[range])
        case .decoded(let decoded): name = decoded
        case .prefixItself, .nothing, .malformed: return
        }
        precondition(!name.contains(0) && name.first != 0x2F)
        let parts = name.split(separator: 0x2F, omittingEmptySubsequences: false)
        for (place, part) in parts.enumerated() {
            // An empty part at the end is the slash of a folder.
            precondition(!part.isEmpty || place == parts.count - 1)
            precondition(Array(part) != [0x2E] && Array(part) != [0x2E, 0x2E])
        }
    }
}
