import CDrover

/// A file to append lines to: lines of several processes never mix, and no writer waits for a reader.
///
/// A regular file takes everything with one write(2), at its end: O_APPEND in open(2). A pipe, a terminal or a socket may
/// have a reader that stalls. It gets pieces of up to PIPE_BUF bytes, which a pipe takes whole or not at all, pipe(7);
/// what it does not take at once is lost. O_NONBLOCK is never set on an open file that others share.
package struct AppendFile: ~Copyable, Sendable {
    private enum Kind {
        case regular
        /// Opened by this process with O_NONBLOCK.
        case own
        /// Shared with others, and looked at before each write.
        case shared
        case socket
    }

    private static let pieceLimit = Int(PIPE_BUF)

    private let descriptor: Descriptor
    private let kind: Kind
    // Whether the last line was cut off in the middle.
    private var isTorn = false

    /// Opens or makes the file at `path`.
    ///
    /// A new file has mode 0644 and belongs to `owner`, whose workers may have to open it again.
    /// `/dev/stdout` and its kin are the descriptors themselves. See `FilePlace` for what root does not open.
    package init(path: String, owner: Credentials? = nil) throws(SystemError) {
        switch try FilePlace.following(path) {
        case .descriptor(let number): self = try AppendFile(duplicating: number)
        case .place(let place):
            let file = try place.openForAppending(owner: owner)
            let kind = try FileStatus(of: file.raw).kind
            self.init(file, kind == .regular ? .regular : .own)
        }
    }

    private init(_ descriptor: consuming Descriptor, _ kind: Kind) {
        self.descriptor = descriptor
        self.kind = kind
    }

    /// Appends to a descriptor that is open already, such as standard error.
    package init(duplicating raw: Int32) throws(SystemError) {
        var status = stat()
        try systemCall("fstat", subject: "/dev/fd/\(raw)") { fstat(raw, &status) }
        if c_drover_is_pipe(&status) || isatty(raw) == 1, let own = Self.openAnew(raw) {
            self.init(own, .own)
            return
        }
        let copy = Descriptor(owning: try systemCall("fcntl") { c_drover_dup_cloexec(raw) })
        self.init(copy, c_drover_is_regular(&status) ? .regular : c_drover_is_socket(&status) ? .socket : .shared)
    }

    /// An open file of this process's own for the same pipe or terminal; nil where another user's cannot be opened,
    /// and where /proc is missing.
    private static func openAnew(_ raw: Int32) -> Descriptor? {
        let own = c_drover_open("/proc/self/fd/\(raw)", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0)
        return own < 0 ? nil : Descriptor(owning: own)
    }

    /// Whether a write may have to wait although poll(2) saw room, as other processes write there too.
    package var mayWait: Bool { kind == .shared }

    /// Whether both write to the same pipe, device or file.
    package borrowing func isSameFile(as other: borrowing AppendFile) -> Bool {
        FileIdentity(of: descriptor.raw) == FileIdentity(of: other.descriptor.raw)
    }

    /// Writes whole lines at the end; what the reader or the disk does not take is lost.
    ///
    /// - Returns: How many lines were lost.
    package mutating func append(_ lines: [UInt8]) -> Int {
        if isTorn {
            guard write([UInt8(ascii: "\n")][...]) == 1 else { return lines[...].lineCount }
            isTorn = false
        }
        var rest = lines[...]
        while !rest.isEmpty {
            let piece = kind == .regular ? rest : rest.prefix(Self.pieceLength(rest))
            let count = write(piece)
            rest = rest.dropFirst(count)
            if count == piece.count { continue }
            isTorn = rest.startIndex > 0 && lines[rest.startIndex - 1] != UInt8(ascii: "\n")
            return rest.lineCount
        }
        return 0
    }

    // As many whole lines as fit; of a line that is longer than a piece, as much as fits.
    private static func pieceLength(_ bytes: ArraySlice<UInt8>) -> Int {
        guard bytes.count > pieceLimit else { return bytes.count }
        let most = bytes.prefix(pieceLimit)
        return most.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 - bytes.startIndex } ?? pieceLimit
    }

    private borrowing func write(_ piece: ArraySlice<UInt8>) -> Int {
        let (raw, kind) = (descriptor.raw, kind)
        return piece.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let (start, length) = (buffer.baseAddress! + offset, buffer.count - offset)
                if kind == .shared, !hasRoom(raw) { break }
                let count =
                    kind == .socket ? c_drover_send_at_once(raw, start, length) : CDrover.write(raw, start, length)
                if count < 0, lastErrorNumber == EINTR { continue }
                if count <= 0 { break }
                offset += count
            }
            return offset
        }
    }
}

/// Whether a write to `raw` would not have to wait; poll(2).
private func hasRoom(_ raw: Int32) -> Bool {
    var request = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
    return poll(&request, 1, 0) > 0 && request.revents & Int16(POLLOUT) != 0
}

extension Collection<UInt8> {
    /// How many lines end in these bytes.
    package var lineCount: Int {
        reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    }
}
