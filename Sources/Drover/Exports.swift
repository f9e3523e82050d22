// A user's own protocol or worker class needs these contracts, a worker class often one of ours to begin with, and what
// they log goes through swift-log, so `import Drover` is enough.
@_exported public import DroverCore
@_exported public import DroverWorkers
@_exported public import Logging
