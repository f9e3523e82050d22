import DroverHTTPFiles

/// No path leaves the root, none has two names, and what is hidden is hidden but for one place.
enum PathTarget {
    static func check(_ bytes: [UInt8]) {
        for showsDotFiles in [false, true] {
            for prefix in ["/", "/static/"] {
                let resolver = PathResolver(prefix: prefix, dotFiles: showsDotFiles)
                check(bytes, resolver, shown: showsDotFiles ? nil : prefix == "/" ? [wellKnown] : [])
            }
        }
    }

    private static let wellKnown = Array(".well-known".utf8)

    /// Checks one path; of parts that begin with a dot only those in `shown` may come out, at the beginning.
    private static func check(_ bytes: [UInt8], _ resolver: PathResolver, shown: [[UInt8]]?) {
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
            guard let shown, part.first == 0x2E else { continue }
            precondition(place == 0 && shown.contains(Array(part)))
        }
    }
}
