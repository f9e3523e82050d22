extension Duration {
    /// Whole milliseconds, the unit of every deadline and of ``Connection``'s clock; what is less than one is cut off.
    ///
    /// It traps for times of more than 292 million years, which no setting lets through.
    public var inMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
