internal import Glibc
internal import NIOConcurrencyHelpers
internal import NIOCore

/// A connection to a server, over which any number of calls wait for their replies at once.
///
/// Callers leave messages and wait; what they have left by the time the event loop comes to it is sent at once, and
/// replies find their callers by number.
final class ServerConnection: Sendable {
    enum Event: Sendable, Equatable {
        /// A number of calls got no reply in time; how often in a row, with no reply between.
        case silent(times: Int)
        /// The server takes no more calls on this connection.
        case draining
        /// It has ended, and with it so many calls that had been sent.
        case ended(reason: String, lost: Int)
    }

    private typealias Waiter = CheckedContinuation<Reply.Content, any Error>

    private struct Waiting: Sendable {
        let deadline: NIODeadline
        let waiter: Waiter
        var wasSent = false
    }

    private struct State: Sendable {
        var waiting: [Int64: Waiting] = [:]
        var unsent: [Int64] = []
        var outgoing: ByteBuffer
        var nextID: Int64 = 1
        var alarm = Alarm()
        var silences = 0
        // The server has said farewell; or it has ended the connection, and that is still to be read.
        var isDraining = false
        var hasPeerEnded = false
        var ended: String?

        var refusal: String? {
            ended ?? (hasPeerEnded ? ServerConnection.serverEnded : isDraining ? "the server drains" : nil)
        }

        // mprpc keeps numbers in a C int.
        mutating func takeID() -> Int64 {
            defer { nextID = nextID == Int64(Int32.max) ? 1 : nextID + 1 }
            return nextID
        }
    }

    private let channel: any Channel
    private let state: NIOLockedValueBox<State>
    private let tell: @Sendable (ServerConnection, Event) -> Void

    init(_ channel: any Channel, report: @escaping @Sendable (ServerConnection, Event) -> Void) {
        self.channel = channel
        tell = report
        state = NIOLockedValueBox(State(outgoing: channel.allocator.buffer(capacity: 0)))
    }

    private func report(_ event: Event) { tell(self, event) }

    // MARK: Asking

    /// Sends a call and waits for its reply.
    ///
    /// - Throws: `AttemptFault`, `CancellationError`; a reply that comes later answers no call.
    func call(_ call: EncodedCall, until deadline: NIODeadline) async throws -> Reply.Content {
        let id = state.withLockedValue { $0.takeID() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                post(call, id, Waiting(deadline: deadline, waiter: waiter))
                if Task.isCancelled { giveUp(id) }
            }
        } onCancel: {
            giveUp(id)
        }
    }

    /// Sends a message that gets no reply; returns when the kernel has it.
    ///
    /// A server that reads nothing would keep it for ever: at `deadline` the connection ends, which no other call
    /// can use either.
    func notify(_ call: EncodedCall, until deadline: NIODeadline) async throws {
        if let reason = state.withLockedValue({ $0.ended }) { throw AttemptFault.unsent(reason) }
        let alarm = channel.eventLoop.scheduleTask(deadline: deadline) { [weak self] in
            self?.close("the server reads nothing")
        }
        defer { alarm.cancel() }
        do {
            try await channel.writeAndFlush(channel.allocator.buffer(bytes: call.message(id: nil)))
        } catch  where NIODeadline.now() >= deadline {
            throw AttemptFault.timedOut(wasSent: true)
        } catch ChannelError.ioOnClosedChannel {
            throw AttemptFault.unsent("the connection had ended")
        } catch {
            throw AttemptFault.lost(FailureText.text(error))
        }
    }

    private func post(_ call: EncodedCall, _ id: Int64, _ waiting: Waiting) {
        let message = call.message(id: id)
        let (reason, isFirst, needsAlarm) = state.withLockedValue { state in
            if let reason = state.refusal { return (String?.some(reason), false, false) }
            state.waiting[id] = waiting
            state.unsent.append(id)
            state.outgoing.writeBytes(message)
            return (nil, state.unsent.count == 1, state.alarm.set(for: waiting.deadline))
        }
        if let reason { return waiting.waiter.resume(throwing: AttemptFault.unsent(reason)) }
        if isFirst { channel.eventLoop.execute { self.flush() } }
        if needsAlarm { ring(at: waiting.deadline) }
    }

    private func flush() {
        guard let socket = channel as? any SocketOptionProvider else { return send() }
        // A server's end of the connection may have come and not been read yet: what is not sent is not lost.
        socket.getTCPInfo().whenComplete { result in
            if case .success(let info) = result, info.tcpi_state == Self.closeWait {
                self.refuseUnsent()
            } else {
                self.send()
            }
        }
    }

    private func refuseUnsent() {
        let refused = state.withLockedValue { state in
            state.hasPeerEnded = true
            defer { state.unsent = [] }
            return state.unsent.compactMap { state.waiting.removeValue(forKey: $0) }
        }
        report(.draining)
        for each in refused { each.waiter.resume(throwing: AttemptFault.unsent(Self.serverEnded)) }
    }

    /// How it is said that the server has ended the connection.
    static let serverEnded = "the server has ended the connection"

    // TCP_CLOSE_WAIT: the other side has said that it sends nothing more.
    private static let closeWait: UInt8 = 8

    private func send() {
        let bytes: ByteBuffer? = state.withLockedValue { state in
            guard state.ended == nil, !state.unsent.isEmpty else { return nil }
            for id in state.unsent { state.waiting[id]?.wasSent = true }
            state.unsent.removeAll(keepingCapacity: true)
            defer { state.outgoing = channel.allocator.buffer(capacity: 512) }
            return state.outgoing
        }
        if let bytes { channel.writeAndFlush(bytes, promise: nil) }
    }

    private func giveUp(_ id: Int64) {
        let given = state.withLockedValue { $0.waiting.removeValue(forKey: id) }
        given?.waiter.resume(throwing: CancellationError())
    }

    // MARK: Deadlines

    private func ring(at deadline: NIODeadline) {
        _ = channel.eventLoop.scheduleTask(deadline: deadline) { [weak self] in self?.expire() }
    }

    private func expire() {
        let now = NIODeadline.now()
        let (late, silences, next) = state.withLockedValue { state in
            let late = state.waiting.filter { $0.value.deadline <= now }
            for id in late.keys { state.waiting[id] = nil }
            if late.values.contains(where: \.wasSent) { state.silences += 1 }
            let nearest = state.waiting.values.lazy.map(\.deadline).min()
            return (late, state.silences, state.alarm.rang(now: now, nearest: nearest))
        }
        if late.values.contains(where: \.wasSent) { report(.silent(times: silences)) }
        for each in late.values { each.waiter.resume(throwing: AttemptFault.timedOut(wasSent: each.wasSent)) }
        if let next { ring(at: next) }
    }

    // MARK: Replies

    /// What a server says before it ends a connection: the calls that then have no reply were not carried out.
    static let farewell = Reply(id: -1, content: .refused("draining"))

    /// Takes a reply to its caller, if there still is one.
    func take(_ reply: Reply) {
        if reply == Self.farewell {
            state.withLockedValue { $0.isDraining = true }
            return report(.draining)
        }
        let waiting = state.withLockedValue { state in
            state.silences = 0
            return state.waiting.removeValue(forKey: reply.id)
        }
        waiting?.waiter.resume(returning: reply.content)
    }

    // MARK: The end

    /// Ends the connection.
    func close(_ reason: String) {
        end(reason, isOrderly: false)
        channel.close(promise: nil)
    }

    /// The connection has ended.
    ///
    /// - Parameters:
    ///   - reason: How, for those who wait.
    ///   - isOrderly: Whether the server ended it as one does that has said all.
    func end(_ reason: String, isOrderly: Bool) {
        let waiting: [Waiting]? = state.withLockedValue { state in
            guard state.ended == nil else { return nil }
            state.ended = reason
            let keepsPromise = isOrderly && state.isDraining
            defer { state.waiting = [:] }
            return state.waiting.values.map { waiting in
                var waiting = waiting
                if keepsPromise { waiting.wasSent = false }
                return waiting
            }
        }
        guard let waiting else { return }
        report(.ended(reason: reason, lost: waiting.count { $0.wasSent }))
        for each in waiting {
            each.waiter.resume(throwing: each.wasSent ? AttemptFault.lost(reason) : AttemptFault.unsent(reason))
        }
    }
}
