/// Permission bits as chmod(1) and umask(1) write them: three octal digits for owner, group and others.
package struct FileMode: Sendable, Hashable, CustomStringConvertible {
    /// The bits, 0 to 0o777.
    package let bits: UInt32

    /// The bits of `bits` that are permissions.
    package init(_ bits: UInt32) {
        self.bits = bits & 0o777
    }

    /// Reads `22`, `022`, `0022` or `0o22`; nil for what is no octal number or has other bits too.
    package init?(octal text: String) {
        let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text[...]
        guard (1...6).contains(digits.utf8.count), digits.allSatisfy({ ("0"..."7").contains($0) }),
            let bits = UInt32(digits, radix: 8), bits <= 0o777
        else { return nil }
        self.bits = bits
    }

    /// `022`.
    package var description: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }
}

extension FileMode: SettingConvertible {
    package static let settingType = SettingType.fileMode

    package init?(settingValue: SettingValue) {
        guard case .string(let text) = settingValue else { return nil }
        self.init(octal: text)
    }

    package var settingValue: SettingValue { .string(description) }
}
