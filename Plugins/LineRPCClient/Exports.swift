// What servers answer are values of the messages' module, so `import DroverLineRPCClient` is enough for both.
@_exported public import DroverLineRPCMessages
