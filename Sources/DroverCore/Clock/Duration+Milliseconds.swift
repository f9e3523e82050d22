extension Duration {
    // A quarter of what fits, so that a moment on the clock can be added to it.
    private static var longest: Int64 { .max / 4 }

    /// Whole milliseconds, the unit of every deadline and of ``Connection``'s clock; what is less than one is cut off.
    ///
    /// Times of more than 73 million years count as that.
    public var inMilliseconds: Int64 {
        let (seconds, rest) = components
        if seconds >= Self.longest / 1000 { return Self.longest }
        if seconds <= -Self.longest / 1000 { return -Self.longest }
        return seconds * 1000 + rest / 1_000_000_000_000_000
    }
}
