import DroverHTTPMessages
import DroverSystem

/// A file with everything that a reply says about it: the original, or a compressed form of it.
final class FileVariant: Sendable {
    /// How it is compressed; nil for the original.
    let coding: ContentCoding?
    let status: FileStatus
    /// The name of its content; nil when files have none.
    let tag: EntityTag?
    /// Seconds since 1970; nil when the file claims to be of the future, which no reply may say.
    let modified: Int64?
    let contentType: ContentType
    /// The fields of a reply with the whole file.
    let fields: HeaderFields
    /// Those of one that says that the client has it.
    let validators: HeaderFields
    /// The whole file, in memory or open.
    let body: FileBody

    /// What replies say beyond the file's own facts.
    struct Policy: Sendable, Equatable {
        var cacheControl: String?
        var tagBasis = EntityTagBasis.inode
        var offersRanges = true
        /// Whether another client may get another form of the file.
        var varies = false
    }

    /// The variant that `file` is.
    ///
    /// - Parameters:
    ///   - file: The open file.
    ///   - content: All of its bytes if they are to be kept; then the file is not.
    ///   - coding: How it is compressed.
    ///   - contentType: What the original is.
    ///   - policy: What else there is to say.
    ///   - now: Seconds since 1970.
    init(
        _ file: OpenFile, content: [UInt8]?, coding: ContentCoding?, contentType: ContentType, policy: Policy,
        now: Int64
    ) {
        self.coding = coding
        self.contentType = contentType
        status = file.status
        tag = EntityTag(file.status, policy.tagBasis, coding: coding, now: now)
        modified = file.status.modified <= now ? file.status.modified : nil
        var shared: HeaderFields = [:]
        if let tag { shared.append("ETag", tag.text) }
        if policy.varies { shared.append("Vary", "Accept-Encoding") }
        if let control = policy.cacheControl { shared.append("Cache-Control", control) }
        validators = shared
        if let modified { shared.append("Last-Modified", HTTPDate(seconds: modified).text) }
        if let coding { shared.append("Content-Encoding", coding.rawValue) }
        if policy.offersRanges { shared.append("Accept-Ranges", "bytes") }
        fields = shared
        if let content {
            body = FileBody(keeping: content, contentType: contentType, fields: shared)
        } else {
            body = FileBody(file, 0..<file.status.size)
        }
    }

    /// A part of the file.
    func part(_ range: Range<Int>) -> ResponseBody {
        body.body(of: [.range(offset: range.lowerBound, count: range.count)])
    }

    /// Bytes of memory that it holds, roughly.
    var weight: Int { body.isKept ? status.size : 0 }
}
