internal import MessagePack
internal import NIOCore

/// Tells a connection's replies apart, however their bytes arrive.
final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    let connection: ServerConnection
    private var framer: MessagePackFramer
    private var received = ByteBuffer()

    init(_ connection: ServerConnection, maxReplyBytes: Int) {
        self.connection = connection
        framer = MessagePackFramer(maximumBytes: maxReplyBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var arrived = unwrapInboundIn(data)
        if received.readableBytes == 0 {
            received = arrived
        } else {
            // Or what has been taken would stay in front of what never quite ends.
            received.discardReadBytes()
            received.writeBuffer(&arrived)
        }
        do {
            try takeReplies()
        } catch {
            // Nothing behind this can be told apart any more.
            connection.close("the server sent what is no reply: \(error)")
        }
    }

    private func takeReplies() throws {
        while received.readableBytes > 0 {
            // A copy of the places only: the bytes behind them are shared.
            let buffer = received
            guard let count = try framer.next(buffer.readableBytesSpan) else { return }
            let reply = try Reply(buffer.readableBytesSpan.extracting(0..<count))
            received.moveReaderIndex(forwardBy: count)
            connection.take(reply)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let cut = framer.isWithinValue ? " within a reply" : ""
        connection.end(ServerConnection.serverEnded + cut, isOrderly: true)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.close(FailureText.text(error))
    }
}
