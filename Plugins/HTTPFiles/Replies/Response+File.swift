public import DroverHTTPMessages
public import DroverSystem

extension Response {
    /// The file at `path`, or as much of it as `request` asks for: conditions and ranges are obeyed.
    ///
    /// The path is the handler's own and is followed wherever it leads; for paths that clients write there is
    /// ``FileHandler``. The file is opened for each reply and closed when it has been sent.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - request: Whom it is for.
    ///   - contentType: What it is; by default its name's end says so.
    ///   - etag: What its ETag is made of.
    /// - Returns: The reply: 200, 206, 304, 412 or 416.
    /// - Throws: `SystemError` when it cannot be opened, EISDIR for a folder, ENXIO for a device or a pipe.
    public static func file(
        _ path: String, for request: Request, contentType: ContentType? = nil, etag: EntityTagBasis = .inode
    ) throws(SystemError) -> Response {
        let file = try OpenFile(regularAt: path)
        let type = contentType ?? MediaTypes().type(of: Array(path.utf8))
        let variant = FileVariant(
            file, content: nil, coding: nil, contentType: type, policy: FileVariant.Policy(tagBasis: etag),
            now: request.wallClock)
        return FileReply(request, variant, now: request.wallClock, maxRanges: FileSettings(root: "").maxRanges).response
    }
}
