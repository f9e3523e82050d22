// What servers answer are values of the messages' module, so `import DroverLineRPCClient` is enough for both.

@_exported public import struct DroverLineRPCMessages.RPCError
@_exported public import enum DroverLineRPCMessages.RPCFraming
@_exported public import struct DroverLineRPCMessages.RawJSON
