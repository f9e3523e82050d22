import DroverHTTPMessages

extension MediaTypes {
    /// What the web is made of.
    ///
    /// Text says its character set, since a browser would otherwise guess it.
    static let stock: [String: ContentType] = [
        // Pages and what belongs to them.
        "html": .html, "htm": .html, "xhtml": "application/xhtml+xml",
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "json": .json, "map": .json, "jsonld": "application/ld+json",
        "webmanifest": "application/manifest+json", "wasm": "application/wasm", "xml": "application/xml",
        "xsl": "application/xml", "xsd": "application/xml", "rss": "application/rss+xml",
        "atom": "application/atom+xml",
        "geojson": "application/geo+json",
        // Text.
        "txt": .text, "text": .text, "log": .text, "md": "text/markdown; charset=utf-8",
        "csv": "text/csv; charset=utf-8", "tsv": "text/tab-separated-values; charset=utf-8",
        "vtt": "text/vtt; charset=utf-8", "ics": "text/calendar; charset=utf-8", "vcf": "text/vcard; charset=utf-8",
        "yaml": "application/yaml", "yml": "application/yaml", "toml": "application/toml", "sql": "application/sql",
        "swift": "text/x-swift; charset=utf-8", "c": "text/x-c; charset=utf-8", "h": "text/x-c; charset=utf-8",
        "py": "text/x-python; charset=utf-8", "sh": "text/x-shellscript; charset=utf-8",
        // Pictures.
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "avif": "image/avif", "svg": "image/svg+xml", "ico": "image/vnd.microsoft.icon",
        "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff", "apng": "image/apng", "heic": "image/heic",
        "jxl": "image/jxl",
        // Sound and film.
        "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg", "oga": "audio/ogg",
        "opus": "audio/ogg", "flac": "audio/flac", "wav": "audio/wav", "weba": "audio/webm", "mid": "audio/midi",
        "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "mov": "video/quicktime",
        "avi": "video/x-msvideo", "mkv": "video/matroska", "mpeg": "video/mpeg", "ts": "video/mp2t",
        "m3u8": "application/vnd.apple.mpegurl", "mpd": "application/dash+xml",
        // Typefaces.
        "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf", "ttc": "font/collection",
        "eot": "application/vnd.ms-fontobject",
        // Documents.
        "pdf": "application/pdf", "epub": "application/epub+zip", "rtf": "application/rtf",
        "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
        // Archives.
        "zip": "application/zip", "gz": "application/gzip", "tgz": "application/gzip", "bz2": "application/x-bzip2",
        "xz": "application/x-xz", "zst": "application/zstd",
        "7z": "application/x-7z-compressed", "tar": "application/x-tar", "rar": "application/vnd.rar",
        "jar": "application/java-archive", "deb": "application/vnd.debian.binary-package",
    ]
}
