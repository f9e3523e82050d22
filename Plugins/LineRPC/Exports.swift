// A file that registers methods throws `RPCError`, so `import DroverLineRPC` is enough for both.

@_exported public import struct DroverLineRPCMessages.RPCError
@_exported public import enum DroverLineRPCMessages.RPCFraming
@_exported public import struct DroverLineRPCMessages.RawJSON
