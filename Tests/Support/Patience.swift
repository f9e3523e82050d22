import Glibc

/// Looks every few milliseconds until `condition` holds, and gives up after `seconds`.
///
/// The only way in which tests wait: for something that happens, with a bound that a loaded machine does not reach.
@discardableResult
public func eventually(within seconds: Double = 20, _ condition: () throws -> Bool) rethrows -> Bool {
    let end = now() + seconds
    repeat {
        if try condition() { return true }
        usleep(2_000)
    } while now() < end
    return try condition()
}

/// Monotonic seconds.
public func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
