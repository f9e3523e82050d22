#!/usr/bin/env bash
# Swift: resuming a continuation waits for the cancellation handlers of the task that awaits it.
#
# Expected: `resume()` hands the task to its executor and returns at once, whatever else happens to the task. That is what
# one relies on when one resumes under a lock.
# Happens: while `Task.cancel()` runs the `onCancel` handlers of a task, a `resume()` of the continuation that this task
# awaits does not return before they have. A handler that sleeps 400 ms holds up the thread that resumes for as long. So a
# lock that is held over `resume()` must not be one that a cancellation handler takes: the resuming thread would wait for
# the handler, and the handler for the lock.
# Version: Swift 6.3.1 on Linux, x86_64.

# shellcheck source=findings/begin.bash
. "$(dirname "$0")/begin.bash"
swift_6_3_1

cat > "$work/main.swift" <<'P'
import Glibc
import Synchronization

func milliseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}

/// What the threads tell each other.
final class Stage: Sendable {
    let awaits = Atomic(false)
    let handles = Atomic(false)
    nonisolated(unsafe) var continuation: UnsafeContinuation<Void, Never>?
}

/// How long a resume takes while the awaiting task is cancelled, or not.
func resumeTime(whileCancelled: Bool) async -> Int {
    let stage = Stage()
    let task = Task.detached {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                stage.continuation = continuation
                stage.awaits.store(true, ordering: .releasing)
            }
        } onCancel: {
            stage.handles.store(true, ordering: .releasing)
            usleep(400_000)
        }
    }
    while !stage.awaits.load(ordering: .acquiring) { usleep(1000) }
    usleep(50_000)
    let canceller = whileCancelled ? Task.detached { task.cancel() } : nil
    while whileCancelled, !stage.handles.load(ordering: .acquiring) { usleep(1000) }
    let start = milliseconds()
    stage.continuation?.resume()
    let time = milliseconds() - start
    await task.value
    await canceller?.value
    return time
}

let alone = await resumeTime(whileCancelled: false)
let beside = await resumeTime(whileCancelled: true)
print(alone < 200 ? "at once" : "late", beside < 200 ? "at once" : "late")
P
"$toolchain/swiftc" -swift-version 6 "$work/main.swift" -o "$work/main" > "$work/log" 2>&1 || unknown "$(tail -n 3 "$work/log")"
expect "a resume alone, and one while a cancellation handler sleeps" "at once late" "$(timeout 20 "$work/main")"
