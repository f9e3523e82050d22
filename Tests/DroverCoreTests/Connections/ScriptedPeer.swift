import DroverBytes
import Glibc

@testable import DroverCore
@testable import DroverSystem

/// The other end of a connection, written beforehand, in the place of a socket.
final class ScriptedPeer: TransportSession {
    /// What one look at the socket finds.
    enum Arrival {
        case bytes([UInt8])
        case end
        case failure(Int32)
    }

    let socket = StreamSocket.closed
    private(set) var arrivals: [Arrival]
    /// How many bytes the sends take, in turn and over again; 0 is a full socket, nil takes everything.
    var appetite: [Int?] = [nil]
    /// errno(3) of every send from now on.
    var failure: Int32?
    /// What the sends took, one after the other.
    private(set) var taken: [[UInt8]] = []
    private(set) var sendCalls = 0
    private(set) var hasSaidFarewell = false
    private(set) var isClosed = false
    /// What a receive must not come without: that the poller has said so, or that the last one found something.
    private(set) var emptyReceives = 0

    init(_ arrivals: [Arrival]) {
        self.arrivals = arrivals
    }

    /// All that was sent.
    var received: [UInt8] { taken.flatMap { $0 } }

    func arrive(_ arrival: Arrival) { arrivals.append(arrival) }

    func receive(into space: inout OutputRawSpan) -> TransferResult {
        switch arrivals.first {
        case nil:
            emptyReceives += 1
            return .wouldBlock
        case .end: return .endOfStream
        case .failure(let code): return .failed(code)
        case .bytes(let bytes):
            let count = min(bytes.count, space.freeCapacity)
            for byte in bytes.prefix(count) { space.append(byte) }
            if count < bytes.count {
                arrivals[0] = .bytes(Array(bytes.dropFirst(count)))
            } else {
                arrivals.removeFirst()
            }
            return .bytes(count)
        }
    }

    func send(_ first: RawSpan, _ second: RawSpan) -> TransferResult {
        let bytes = [UInt8](copying: first) + [UInt8](copying: second)
        return take(bytes.count) { Array(bytes.prefix($0)) }
    }

    func send(_ first: RawSpan, _ part: FilePart) -> TransferResult {
        if !first.isEmpty { return send(first, RawSpan()) }
        return part.withBytes(atMost: part.count) { piece, result in
            if case .bytes = result { send(piece, RawSpan()) } else { result }
        }
    }

    private func take(_ offered: Int, _ bytes: (Int) -> [UInt8]) -> TransferResult {
        if let failure { return .failed(failure) }
        let most = appetite[sendCalls % appetite.count] ?? offered
        sendCalls += 1
        if most == 0 { return .wouldBlock }
        let part = bytes(min(most, offered))
        taken.append(part)
        return .bytes(part.count)
    }

    func discard(through scratch: inout OutputRawSpan) -> TransferResult { receive(into: &scratch) }

    func farewell() -> Farewell {
        hasSaidFarewell = true
        return .complete
    }
    func close() { isClosed = true }
}
