// A user's own protocol or worker class needs these contracts, a worker class often one of ours to begin with, and what
// they log goes through swift-log, so `import Drover` is enough. Of the system's vocabulary it brings what a protocol,
// its settings and a transport speak of; files, locks, clocks and polling come with `import DroverSystem`.
@_exported public import DroverCore
@_exported public import DroverWorkers
@_exported public import Logging

@_exported public import enum DroverSystem.AddressRange
@_exported public import struct DroverSystem.AddressRanges
@_exported public import struct DroverSystem.FilePart
@_exported public import enum DroverSystem.SocketAddress
@_exported public import struct DroverSystem.StreamSocket
@_exported public import struct DroverSystem.SystemError
@_exported public import enum DroverSystem.TransferResult
