/// The buckets that request durations are counted in: two to each power of two of microseconds, from 1 µs to 16 s.
package enum LatencyHistogram {
    /// How many buckets there are; the last also takes whatever lasts longer.
    package static let bucketCount = 50

    /// The bucket of a request that took `nanoseconds`.
    @inline(__always)
    package static func bucket(nanoseconds: Int64) -> Int {
        let microseconds = UInt64(max(nanoseconds, 0)) / 1000
        if microseconds < 2 { return Int(microseconds) }
        let octave = 63 - microseconds.leadingZeroBitCount
        let upperHalf = Int(microseconds >> UInt64(octave - 1)) & 1
        return min(octave * 2 + upperHalf, bucketCount - 1)
    }

    /// The first duration in microseconds that no longer belongs to `bucket`.
    package static func upperBound(_ bucket: Int) -> UInt64 {
        if bucket < 2 { return UInt64(bucket + 1) }
        let octave = UInt64(bucket / 2)
        return bucket % 2 == 0 ? 3 << (octave - 1) : 2 << octave
    }
}
