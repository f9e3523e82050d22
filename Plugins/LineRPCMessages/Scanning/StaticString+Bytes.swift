extension StaticString {
    @inline(__always)
    func byte(_ index: Int) -> UInt8 {
        withUTF8Buffer { $0[index] }
    }
}
