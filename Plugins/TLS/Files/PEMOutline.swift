/// The lines of a text in PEM that begin and end its blocks.
///
/// OpenSSL takes whatever does not begin a block that it knows for a remark, so a slip in such a line would
/// make an authority or a list of revocations disappear without a word.
struct PEMOutline {
    /// The first line that cannot be what was meant, in words; nil where all of them stand as they should.
    private(set) var damage: String?
    private var open: (label: String, line: Int)?

    /// Looks at a whole file.
    init(_ bytes: [UInt8]) {
        var number = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(0x2D), damage == nil else { continue }
            look(at: line, number)
        }
        guard damage == nil, let open else { return }
        damage = "the block that line \(open.line) begins has no end"
    }

    private mutating func look(at line: ArraySlice<UInt8>, _ number: Int) {
        let text = Self.trimmed(line)
        if let label = Self.label(of: text, after: "-----BEGIN ") {
            if let open {
                damage = "the block that line \(open.line) begins has no end"
            } else if Self.isKnown(label) {
                open = (label, number)
            } else {
                damage = "line \(number) begins '\(label)', which is nothing that there is in PEM"
            }
        } else if let label = Self.label(of: text, after: "-----END ") {
            if open?.label != label {
                damage = "line \(number) ends '\(label)', which no line before it begins"
            }
            open = nil
        } else if Self.isMeantAsBorder(text) {
            damage = "line \(number), '\(text)', is no beginning and no end of a block"
        }
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        let end = line.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? line.startIndex
        return String(decoding: line[..<end], as: UTF8.self)
    }

    private static func label(of text: String, after beginning: String) -> String? {
        guard text.hasPrefix(beginning), text.hasSuffix("-----") else { return nil }
        let label = text.dropFirst(beginning.count).dropLast(5)
        return label.isEmpty || label.contains("-") ? nil : String(label)
    }

    // Remarks have dashes too, but no words of a border between them.
    private static func isMeantAsBorder(_ text: String) -> Bool {
        let bare = text.drop { $0 == " " || $0 == "\t" }
        guard bare.hasPrefix("--") || bare.hasSuffix("--") else { return false }
        let words = bare.filter { $0 != "-" && $0 != " " }
        let folded = words.lowercased()
        if words.isEmpty { return false }
        if folded.hasPrefix("begin") || folded.hasPrefix("end") { return true }
        let endings = ["CERTIFICATE", "CRL", "KEY", "PARAMETERS", "REQUEST"]
        return words.first?.isLetter == true && endings.contains(where: words.hasSuffix)
    }

    private static func isKnown(_ label: String) -> Bool {
        labels.contains(label) || label.hasSuffix(" PARAMETERS") || label.hasSuffix(" PRIVATE KEY")
            || label.hasSuffix(" PUBLIC KEY")
    }

    private static let labels: Set<String> = [
        "CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE", "X509 CRL", "PRIVATE KEY", "PUBLIC KEY",
        "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST", "ATTRIBUTE CERTIFICATE", "PKCS7", "PKCS #7 SIGNED DATA",
        "CMS",
        "SSL SESSION PARAMETERS", "OCSP RESPONSE", "CERTIFICATE PAIR",
    ]
}
