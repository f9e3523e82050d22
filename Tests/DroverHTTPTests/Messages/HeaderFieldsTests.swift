import Testing

@testable import DroverHTTPMessages

@Suite struct HeaderFieldsTests {
    @Test func settingReplacesAllOfTheName() {
        var fields: HeaderFields = ["A": "1", "B": "2", "a": "3", "C": "4"]
        fields["a"] = "5"
        #expect(fields == ["A": "5", "B": "2", "C": "4"])
        fields["D"] = "6"
        #expect(fields.last == HeaderField("D", "6"))
        fields["b"] = nil
        #expect(fields["B"] == nil)
        #expect(fields.count == 3)
    }

    @Test func errorsRenderThemselves() {
        #expect(HTTPError(.notFound).response.status == .notFound)
        #expect(HTTPError(.notFound, "gone").response.body.length == 4)
        #expect("\(HTTPError(.notFound, "gone"))" == "404 Not Found: gone")
        #expect(RequestBodyError.tooLarge(limit: 5).response.status == .contentTooLarge)
        #expect(RequestBodyError.malformed("x").response.status == .badRequest)
    }
}
