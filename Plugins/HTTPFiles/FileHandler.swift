public import DroverHTTPMessages
public import DroverSystem

/// Answers requests with the files of a folder.
///
/// It can be an application, or answer for another one whatever is below some path:
///
///     let files = try FileHandler(root: "public", prefix: "/static")
///     …
///     if request.path.hasPrefix("/static/") { return try await files.respond(to: request) }
///
/// What does not exist, leads out of the folder, begins with a dot, or is no file is answered 404; what the worker may
/// not read 403; what is no path 400; any method but GET, HEAD and OPTIONS 405.
public struct FileHandler: HTTPHandler {
    private let store: FileStore
    private let resolver: PathResolver
    private let maxRanges: Int

    /// A handler for the files in `root`, for paths that begin with `prefix`.
    ///
    /// - Throws: `SystemError` when there is no such folder.
    public init(root: String, prefix: String = "/") throws(SystemError) {
        var settings = FileSettings(root: root)
        settings.prefix = prefix
        try self.init(settings)
    }

    /// A handler for the files that `settings` describe.
    ///
    /// - Throws: `SystemError` when there is no such folder.
    public init(_ settings: FileSettings) throws(SystemError) {
        try self.init(settings, walked: false)
    }

    init(_ settings: FileSettings, walked: Bool) throws(SystemError) {
        store = try FileStore(settings, walked: walked)
        resolver = PathResolver(prefix: settings.prefix, dotFiles: settings.dotFiles)
        maxRanges = settings.maxRanges
    }

    /// Answers with a file, a part of it, or what stands in the way.
    ///
    /// - Throws: `SystemError` when the machine fails: no descriptors left, a disk that does not answer.
    public func respond(to request: Request) async throws -> Response {
        try answer(request)
    }

    /// The same: files are local, and who reads them waits for the disk in either case.
    public var immediate: (@Sendable (Request) throws -> Response)? {
        { request in try answer(request) }
    }

    private func answer(_ request: Request) throws(SystemError) -> Response {
        switch request.method {
        case .get, .head: break
        case .options: return Response(status: .noContent, fields: ["Allow": Self.methods])
        default:
            var response = Response.status(.methodNotAllowed)
            response.fields.append("Allow", Self.methods)
            return response
        }
        return try request.withPathBytes { (path) throws(SystemError) in
            switch resolver.resolve(path) {
            case .plain(let range): try answer(request, path.extracting(range))
            case .decoded(let name): try answer(request, name.span.bytes)
            case .prefixItself: redirect(request, toFolder: RawSpan())
            case .nothing: .status(.notFound)
            case .malformed: .status(.badRequest)
            }
        }
    }

    private static let methods = "GET, HEAD, OPTIONS"

    private func answer(_ request: Request, _ name: RawSpan) throws(SystemError) -> Response {
        let now = request.wallClock
        switch try store.find(name, now: now) {
        case .file(let resource): return FileReply(request, resource, now: now, maxRanges: maxRanges).response
        case .folder: return redirect(request, toFolder: name)
        case .nothing: return .status(.notFound)
        case .forbidden: return .status(.forbidden)
        }
    }

    private func redirect(_ request: Request, toFolder name: RawSpan) -> Response {
        let query = request.query.map { "?\($0)" } ?? ""
        return .redirect(to: resolver.location(ofFolder: name) + query, status: .movedPermanently)
    }
}
