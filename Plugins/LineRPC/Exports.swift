// Whoever registers methods throws `RPCError`, so `import DroverLineRPC` is enough for both.
@_exported public import DroverLineRPCMessages
