// A user's own protocol or worker class needs these contracts, so `import Drover` is enough.
@_exported public import DroverCore
