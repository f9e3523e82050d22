// Whoever serves HTTP writes handlers, so `import DroverHTTP` is enough for both.
@_exported public import DroverHTTPMessages
