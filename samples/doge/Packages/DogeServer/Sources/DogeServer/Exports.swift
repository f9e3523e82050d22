// A server that registers methods takes and gives MessagePack's values, so `import DogeServer` is enough for both.
@_exported public import DogeMessages
@_exported public import MessagePack
