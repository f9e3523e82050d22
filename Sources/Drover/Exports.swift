// A user's own protocol or worker class needs these contracts, and what it logs goes through swift-log, so
// `import Drover` is enough.
@_exported public import DroverCore
@_exported public import Logging
