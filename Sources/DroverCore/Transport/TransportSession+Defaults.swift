public import DroverSystem

// What a transport need not write itself.
extension TransportSession {
    // What one record of the usual wrappings holds.
    private static var pieceSize: Int { 16_384 }

    /// Receives it into `buffer`, where the next call overwrites it.
    public func discard(through buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
        receive(into: buffer)
    }

    /// Sends `bytes` as any others.
    public func sendBeginning(_ bytes: UnsafeRawBufferPointer) -> TransferResult {
        send(bytes, UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Makes close(2) drop what was not sent and reset the connection.
    public func abort() {
        StreamSocket.resetAtClose(descriptor)
    }

    /// Reads a piece of the file and sends it, as a transport must that has to see the bytes.
    public func send(file: Int32, offset: Int64, count: Int) -> TransferResult {
        withUnsafeTemporaryAllocation(byteCount: min(count, Self.pieceSize), alignment: 64) { buffer in
            switch OpenFile.read(file, from: offset, into: buffer) {
            case .bytes(let got): sendBeginning(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
            case let other: other
            }
        }
    }
}
