import DroverBytes

extension RPCError {
    private struct Body: Decodable {
        let code: Int
        let message: String?
    }

    /// The error that a reply carries; nil if it has no code.
    public init?(json: RawSpan) {
        guard let body = try? JSONCoding.decode(Body.self, from: json) else { return nil }
        self.init(body.code, body.message ?? "", data: Self.data(json))
    }

    private static func data(_ json: RawSpan) -> RawJSON? {
        var scanner = JSONScanner(maximumDepth: JSONScanner.deepest)
        do throws(JSONFault) {
            try scanner.open(.object)
            if try scanner.closes(json, UInt8(ascii: "}")) { return nil }
            while true {
                scanner.skipSpace(json)
                let isData = JSONCoding.text(try scanner.skipKey(json), in: json) == "data"
                let value = try scanner.skipValue(json)
                if isData { return RawJSON(checked: [UInt8](copying: json.extracting(value))) }
                if try scanner.closes(json, UInt8(ascii: "}")) { return nil }
                try scanner.expect(UInt8(ascii: ","), json)
            }
        } catch {
            return nil
        }
    }
}
