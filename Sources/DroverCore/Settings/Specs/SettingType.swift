/// What a setting's value can be.
public enum SettingType: Sendable, Equatable {
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// A time: a number of seconds, or a number with ms, s, m or h; never negative.
    case duration
    /// true or false; yes, no, on, off, 1 and 0 as well.
    case boolean
    /// A text that is not empty.
    case string
    /// The path of a file or folder.
    case path
    /// Texts in order.
    case list
    /// Addresses to listen on.
    case addresses
    /// Addresses and networks of peers.
    case addressRanges
    /// NAME=VALUE texts in order, or a mapping.
    case pairs
    /// One of some names; `noun` says what they are names of.
    case choice([SettingChoice], noun: String)
    /// `auto`, or a whole number from 1.
    case workerCount(maximum: Int)
    /// A number of bytes, or a number with k, m or g.
    case byteCount(ClosedRange<Int>)
    /// Permission bits in octal.
    case fileMode
    /// What a line of the access log says.
    case accessFormat
    /// A tree of any shape, which its plugin reads.
    case tree

    /// What a value must be, in words that follow "must be".
    public var expectation: String {
        switch self {
        case .integer(let range): "a whole number" + Self.words(for: range)
        case .duration: "a time of 0 or more, such as 30 (seconds), 1.5, 500ms, 2m or 1h"
        case .boolean: "true or false"
        case .string: "a text"
        case .path: "a path"
        case .list: "a list of texts"
        case .addresses: "an address or a list of addresses"
        case .addressRanges: "an address, a network such as 10.0.0.0/8, unix or *, or a list of them"
        case .pairs: "a list of NAME=VALUE"
        case .choice(_, let noun): "the name of a \(noun)"
        case .workerCount(let maximum): "'auto' or a whole number from 1 to \(maximum)"
        case .byteCount(let range): "a number of bytes such as 4096, 64k or 1m" + Self.words(for: range)
        case .fileMode: "an octal number from 0 to 777, such as 022"
        case .accessFormat: "common, combined, json, or a text with atoms such as %(h)s"
        case .tree: "a value"
        }
    }

    /// A word for the value in a usage text: `--workers <number>`.
    package var placeholder: String {
        switch self {
        case .integer: "number"
        case .duration: "seconds"
        case .boolean: "boolean"
        case .string: "text"
        case .path: "path"
        case .list: "text"
        case .addresses: "address"
        case .addressRanges: "range"
        case .pairs: "name=value"
        case .choice: "name"
        case .workerCount: "number|auto"
        case .byteCount: "bytes"
        case .fileMode: "octal"
        case .accessFormat: "format"
        case .tree: "value"
        }
    }

    /// Whether a flag for it can be repeated, each adding an element.
    package var isRepeatable: Bool {
        switch self {
        case .list, .addresses, .addressRanges, .pairs: true
        default: false
        }
    }

    private static func words(for range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (Int.min, Int.max): ""
        case (let lower, Int.max): ", \(lower) or more"
        case (Int.min, let upper): ", at most \(upper)"
        case (let lower, let upper): " from \(lower) to \(upper)"
        }
    }
}
