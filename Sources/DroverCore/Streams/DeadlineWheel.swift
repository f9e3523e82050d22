/// Which of many deadlines come next, coarsely: a ring of buckets of 128 ms each.
///
/// Moving a deadline away costs nothing: an entry stays in its bucket, and when the bucket's time has come, the entry's
/// owner says where it belongs now. So a busy connection is touched about once per shortest deadline, not once a
/// request. The links live in the entries, reached through `Links`.
package final class DeadlineWheel {
    package static let bucketMilliseconds: Int64 = 128
    package static let bucketCount: Int64 = 512

    /// Where an entry is, or -1 in each field.
    package struct Links: Sendable {
        package var bucket: Int32 = -1
        package var next: Int32 = -1
        package var previous: Int32 = -1

        package init(bucket: Int32 = -1, next: Int32 = -1, previous: Int32 = -1) {
            self.bucket = bucket
            self.next = next
            self.previous = previous
        }
    }

    // A load or a store is all that is done with the two, so no access to them overlaps another.
    @exclusivity(unchecked) private var heads = [Int32](repeating: -1, count: Int(bucketCount))
    // A bit for each bucket that has entries, to find the next one without looking at all.
    @exclusivity(unchecked) private var occupied = [UInt64](repeating: 0, count: Int(bucketCount) / 64)
    /// The next bucket's ordinal that has not been swept.
    private var current: Int64

    package init(now: Int64) {
        current = now / Self.bucketMilliseconds
    }

    /// The bucket that a deadline belongs to; one that is beyond the ring's end goes into the last and is asked again.
    package func bucket(for deadline: Int64) -> Int32 {
        // Rounded up: a deadline is never early.
        let ordinal = (deadline + Self.bucketMilliseconds - 1) / Self.bucketMilliseconds
        let bounded = min(max(ordinal, current), current + Self.bucketCount - 1)
        return Int32(bounded % Self.bucketCount)
    }

    /// Whether `deadline` comes before what `bucket` stands for, so that the entry has to move forward.
    package func isEarlier(_ deadline: Int64, than bucket: Int32) -> Bool {
        distance(to: self.bucket(for: deadline)) < distance(to: bucket)
    }

    /// Puts `entry` into `bucket`.
    ///
    /// The `links` closure gives access to an entry's links.
    package func insert(_ entry: Int32, into bucket: Int32, _ links: (Int32, (inout Links) -> Void) -> Void) {
        let head = heads[Int(bucket)]
        links(entry) { $0 = Links(bucket: bucket, next: head, previous: -1) }
        if head >= 0 { links(head) { $0.previous = entry } }
        heads[Int(bucket)] = entry
        occupied[Int(bucket) / 64] |= 1 << UInt64(bucket % 64)
    }

    /// Takes `entry` out.
    package func remove(_ entry: Int32, _ links: (Int32, (inout Links) -> Void) -> Void) {
        var place = Links()
        links(entry) {
            place = $0
            $0 = Links()
        }
        guard place.bucket >= 0 else { return }
        if place.next >= 0 { links(place.next) { $0.previous = place.previous } }
        if place.previous >= 0 {
            links(place.previous) { $0.next = place.next }
        } else {
            heads[Int(place.bucket)] = place.next
            if place.next < 0 { occupied[Int(place.bucket) / 64] &= ~(1 << UInt64(place.bucket % 64)) }
        }
    }

    /// The first entry whose bucket's time has come, or nil when all that remain are later than `now`.
    package func nextDue(now: Int64) -> Int32? {
        let last = now / Self.bucketMilliseconds
        while current <= last {
            let head = heads[Int(current % Self.bucketCount)]
            if head >= 0 { return head }
            // After a long sleep one turn of the ring has seen every bucket.
            current = max(current + 1, last - Self.bucketCount + 1)
        }
        return nil
    }

    /// The moment, in monotonic ms, at which the next bucket with entries is due; nil when there are none.
    package func nextMoment() -> Int64? {
        let start = Int(current % Self.bucketCount)
        let words = occupied.count
        for step in 0...words {
            var word = occupied[(start / 64 + step) % words]
            // The first word counts from the current bucket on, and once more, at the end, up to it.
            if step == 0 { word &= ~0 << UInt64(start % 64) }
            if step == words { word &= ~(~0 << UInt64(start % 64)) }
            if word != 0 {
                let bucket = (start / 64 + step) % words * 64 + word.trailingZeroBitCount
                return (current + distance(to: Int32(bucket))) * Self.bucketMilliseconds
            }
        }
        return nil
    }

    private func distance(to bucket: Int32) -> Int64 {
        let start = current % Self.bucketCount
        return (Int64(bucket) - start + Self.bucketCount) % Self.bucketCount
    }
}
