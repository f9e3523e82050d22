public import Drover

/// A byte stream in frames that are checked: each has a length and a checksum, and the stream has an end of its own.
///
/// TCP's checksum has 16 bits and is made anew by every machine on the way that changes something. A service
/// that has seen a wrong byte come through sends frames.
public struct FrameTransport: Transport, ClientTransport {
    private let limit: Int

    /// Frames with up to `limit` bytes of payload; the peer is held to that too.
    public init(limit: Int = 65_536) {
        self.limit = limit
    }

    /// The server's end.
    public func open(_ socket: consuming StreamSocket) -> any TransportSession {
        FrameSession(socket, .server, limit: limit)
    }

    /// The client's end; it does not matter what the server is called.
    public func open(_ socket: consuming StreamSocket, to host: String) -> any TransportSession {
        FrameSession(socket, .client, limit: limit)
    }
}

extension Plugin {
    /// The transport `frames`, with a section of that name.
    public static var frames: Plugin {
        Plugin(
            "frames",
            transports: [
                TransportDefinition(
                    "frames", summary: "bytes in frames with a length and a checksum", signature: .frames
                ) { context in
                    FrameTransport(limit: try FrameSettings.section.settings(from: context.section).limit)
                }
            ], sections: [FrameSettings.section])
    }
}

/// What the section `frames` says.
struct FrameSettings: Sendable {
    /// The largest payload of a frame, in bytes.
    var limit = 65_536

    static let section = PluginSection(
        "frames", FrameSettings(),
        [
            .setting(
                "max_frame", \.limit, as: .byteCount(1...1 << 24),
                "The most bytes that a frame may carry; a peer that sends more is cut off.")
        ])
}

extension ClientSignature {
    /// A client that speaks frames, on a listener that does not: it is told so in a frame.
    fileprivate static var frames: ClientSignature {
        ClientSignature("frames") { bytes in
            let beginning = bytes.withUnsafeBytes { $0.prefix(Frame.hello.count).elementsEqual(Frame.hello) }
            if beginning { return .yes }
            return bytes.byteCount < Frame.hello.count ? .undecided : .no
        } refusal: { spoken in
            let text = Array("This port speaks \(spoken), not frames.\n".utf8)
            return Frame.hello + Frame(text.count) { $0 += text }.bytes + Frame.farewell
        }
    }
}
