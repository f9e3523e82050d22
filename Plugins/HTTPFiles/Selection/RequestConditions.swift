import DroverCore
import DroverHTTPMessages

/// Which of the fields that concern a file a request has: one look over them, and most requests need no second.
struct RequestConditions: OptionSet {
    let rawValue: UInt8

    static var range: RequestConditions { RequestConditions(rawValue: 1) }
    static var ifRange: RequestConditions { RequestConditions(rawValue: 2) }
    static var ifMatch: RequestConditions { RequestConditions(rawValue: 4) }
    static var ifNoneMatch: RequestConditions { RequestConditions(rawValue: 8) }
    static var ifModifiedSince: RequestConditions { RequestConditions(rawValue: 16) }
    static var ifUnmodifiedSince: RequestConditions { RequestConditions(rawValue: 32) }
    static var acceptEncoding: RequestConditions { RequestConditions(rawValue: 64) }

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init(of request: Request) {
        var found: UInt8 = 0
        request.forEachField { name, _ in
            switch name.byteCount {
            case 5: if FoldedBytes.equal(name, "range") { found |= 1 }
            case 8:
                if FoldedBytes.equal(name, "if-range") { found |= 2 }
                if FoldedBytes.equal(name, "if-match") { found |= 4 }
            case 13: if FoldedBytes.equal(name, "if-none-match") { found |= 8 }
            case 15: if FoldedBytes.equal(name, "accept-encoding") { found |= 64 }
            case 17: if FoldedBytes.equal(name, "if-modified-since") { found |= 16 }
            case 19: if FoldedBytes.equal(name, "if-unmodified-since") { found |= 32 }
            default: break
            }
        }
        self.init(rawValue: found)
    }

    /// Whether the whole file is wanted, whatever is known of it.
    var isUnconditional: Bool { rawValue & 63 == 0 }
}
