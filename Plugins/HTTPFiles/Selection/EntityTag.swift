import DroverHTTPMessages
import DroverSystem

/// The name of a file's content, RFC 9110 section 8.8.3: when the content changes, so does the name.
struct EntityTag: Sendable, Equatable {
    /// The name in its quotes.
    let text: String

    /// The tag of a file in this state, nil if files have none.
    ///
    /// - Parameters:
    ///   - status: The file that is sent, which may be a compressed form.
    ///   - basis: The properties of the file that count.
    ///   - coding: How it is compressed.
    ///   - now: Seconds since 1970.
    init?(_ status: FileStatus, _ basis: EntityTagBasis, coding: ContentCoding?, now: Int64) {
        switch basis {
        case .inode: text = Self.identity(of: status)
        case .portable: text = Self.portable(status, coding, now)
        case .off: return nil
        }
    }

    private static func identity(of status: FileStatus) -> String {
        // Mixed, since inode numbers are no client's business.
        var word: UInt64 = 0x9E37_79B9_7F4A_7C15
        for part in [
            status.inode, UInt64(truncatingIfNeeded: status.size), UInt64(bitPattern: status.modified),
            UInt64(bitPattern: status.modifiedNanoseconds),
        ] {
            let product = (word ^ part).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
            word = product.high ^ product.low &+ part
        }
        return "\"\(String(word, radix: 36))-\(String(status.size, radix: 36))\""
    }

    private static func portable(_ status: FileStatus, _ coding: ContentCoding?, _ now: Int64) -> String {
        var parts = [String(status.modified, radix: 36), String(status.size, radix: 36)]
        // A file can change once more within the second of its time, and must not keep its name then.
        if status.modified >= now { parts.append(String(status.modifiedNanoseconds, radix: 36)) }
        // Compressed forms of one file may have its time and, by chance, its size.
        if let coding { parts.append(coding.rawValue) }
        return "\"\(parts.joined(separator: "-"))\""
    }

    /// The tag that reads like this.
    init(text: String) {
        self.text = text
    }

    /// Whether a list of tags, or `*`, has this one.
    ///
    /// - Parameters:
    ///   - list: The value of If-Match or If-None-Match; of what is no list only the part before the mistake counts.
    ///   - weakly: Whether a tag with `W/` before it counts, which it does where equal meaning is enough.
    /// - Returns: Whether the list has it.
    func isIn(_ list: String, weakly: Bool) -> Bool {
        var rest = Array(list.utf8)[...]
        while true {
            while let next = rest.first, next == 0x20 || next == 0x09 || next == 0x2C { rest.removeFirst() }
            guard let next = rest.first else { return false }
            if next == 0x2A { return rest.dropFirst().allSatisfy { $0 == 0x20 || $0 == 0x09 } }
            let isWeak = rest.starts(with: Array("W/".utf8))
            if isWeak { rest.removeFirst(2) }
            guard rest.first == 0x22, let end = rest.dropFirst().firstIndex(of: 0x22) else { return false }
            let tag = rest[...end]
            rest = rest[(end + 1)...]
            if weakly || !isWeak, tag.elementsEqual(text.utf8) { return true }
        }
    }
}
