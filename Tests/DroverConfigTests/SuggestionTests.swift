import DroverCore
import Testing

struct SuggestionTests {
    @Test(arguments: [
        ("worker", "workers"), ("wrokers", "workers"), ("Workers", "workers"), ("timout", "timeout"),
        ("worker-class", "worker_class"), ("WORKER_CLAS", "worker_class"), ("bnd", "bind"),
    ])
    func findsTheNearest(_ word: String, _ expected: String) {
        let names = ["workers", "worker_class", "timeout", "bind", "worker_connections"]
        #expect(Suggestion.nearest(to: word, among: names) == expected)
    }

    @Test(arguments: ["zebra", "", "x", "time", "b"])
    func isSilentWhenNothingIsNear(_ word: String) {
        #expect(Suggestion.nearest(to: word, among: ["workers", "timeout", "bind"]) == nil)
    }

    @Test func countsASwapOnce() {
        #expect(Suggestion.editDistance(Array("bidn".utf8), Array("bind".utf8)) == 1)
        #expect(Suggestion.editDistance(Array("kitten".utf8), Array("sitting".utf8)) == 3)
        #expect(Suggestion.editDistance([], Array("abc".utf8)) == 3)
    }
}
