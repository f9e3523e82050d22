internal import NIOCore

/// One timer for many deadlines: it rings at the nearest one of when it was set, and is then set for the next.
///
/// Calls mostly end long before their deadlines, so there is a timer a second and not one for each of them.
struct Alarm: Sendable {
    private var earliest: NIODeadline?

    /// Notes a deadline.
    ///
    /// - Returns: Whether a timer is to be started for it.
    mutating func set(for deadline: NIODeadline) -> Bool {
        if let earliest, earliest <= deadline { return false }
        earliest = deadline
        return true
    }

    /// A timer has run down.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - nearest: The nearest deadline that is left.
    /// - Returns: For when the next is to be started; nil if one runs already, as this was not the latest that was set.
    mutating func rang(now: NIODeadline, nearest: NIODeadline?) -> NIODeadline? {
        guard let earliest, earliest <= now else { return nil }
        self.earliest = nearest
        return nearest
    }
}
