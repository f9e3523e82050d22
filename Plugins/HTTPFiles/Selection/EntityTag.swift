import DroverHTTPMessages
import DroverSystem

/// The name of a file's content, RFC 9110 section 8.8.3: another inode, size or time of change, another name.
package struct EntityTag: Sendable, Equatable {
    /// The name in its quotes.
    package let text: String

    /// The tag of a file in this state.
    init(_ status: FileStatus) {
        // Mixed, since inode numbers are nobody's business.
        var word: UInt64 = 0x9E37_79B9_7F4A_7C15
        for part in [
            status.inode, UInt64(truncatingIfNeeded: status.size), UInt64(bitPattern: status.modified),
            UInt64(bitPattern: status.modifiedNanoseconds),
        ] {
            let product = (word ^ part).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
            word = product.high ^ product.low &+ part
        }
        text = "\"\(String(word, radix: 36))-\(String(status.size, radix: 36))\""
    }

    /// The tag that reads like this.
    package init(text: String) {
        self.text = text
    }

    /// Whether a list of tags, or `*`, has this one.
    ///
    /// - Parameters:
    ///   - list: The value of If-Match or If-None-Match; of what is no list only the part before the mistake counts.
    ///   - weakly: Whether a tag with `W/` before it counts, which it does where equal meaning is enough.
    /// - Returns: Whether the list has it.
    package func isIn(_ list: String, weakly: Bool) -> Bool {
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
