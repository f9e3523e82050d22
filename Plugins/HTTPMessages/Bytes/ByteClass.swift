/// A set of ASCII characters as two words, which costs a shift to ask and nothing to set up.
struct ByteClass: Sendable {
    let low: UInt64
    let high: UInt64

    @inline(__always)
    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Whether `byte` belongs to it; nothing above 0x7F does.
    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 0x40 ? low : byte < 0x80 ? high : 0
        return word >> UInt64(byte & 0x3F) & 1 != 0
    }

    /// RFC 9110 section 5.6.2: letters, digits and ``!#$%&'*+-.^_`|~``.
    static var token: ByteClass {
        @inline(__always) get { ByteClass(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }
    }

    /// RFC 3986 section 3.2.2: what a host name has unescaped, unreserved characters and sub-delimiters.
    static var registeredName: ByteClass {
        @inline(__always) get { ByteClass(low: 0x2BFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
    }

    /// RFC 3986 section 3.3: what a path has unescaped, the slashes between its segments included.
    static var path: ByteClass {
        @inline(__always) get { ByteClass(low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF) }
    }

    /// The digits of base 16.
    static var hexDigit: ByteClass {
        @inline(__always) get { ByteClass(low: 0x03FF_0000_0000_0000, high: 0x0000_007E_0000_007E) }
    }
}
