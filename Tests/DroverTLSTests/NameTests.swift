import Testing

@testable import DroverTLS

@Suite struct NameTests {
    @Test func exactNamesComeBeforeWildcards() {
        var names = ServerNames<Int>()
        names.add("*.example.org", 1)
        names.add("www.example.org", 2)
        names.add("www.example.org", 3)
        #expect(names["www.example.org"] == 2, "who came first stays")
        #expect(names["WWW.Example.ORG."] == 2)
        #expect(names["mail.example.org"] == 1)
        #expect(names["a.b.example.org"] == nil, "a wildcard is one label")
        #expect(names["example.org"] == nil)
        #expect(names[".example.org"] == nil)
        #expect(names[""] == nil)
        #expect(names["."] == nil)
        #expect(names["*.example.org"] == 1, "a client that asks for the star itself is a name like others")
    }

    @Test(arguments: [
        ("example.org", true), ("localhost", true), ("*.example.org", true), ("xn--mnchen-3ya.de", true),
        ("a_b.example", true),
        ("EXAMPLE.org.", true), ("*", false), ("*.org", false), ("a.*.org", false), ("", false), (".", false),
        ("a..b", false), ("a b", false), ("under/score", false), ("ü.de", false),
    ])
    func namesAreTold(_ name: String, _ isName: Bool) {
        #expect(ServerNameText.isName(name) == isName)
    }

    @Test func labelsAndNamesHaveALength() {
        let label = String(repeating: "a", count: 63)
        #expect(ServerNameText.isName(label + ".org"))
        #expect(!ServerNameText.isName(label + "a.org"))
        #expect(!ServerNameText.isName(Array(repeating: label, count: 4).joined(separator: ".")))
    }

    @Test func keysOfDifferentKindsStandTogether() {
        let plan = CertificatePlan([
            (["a.example", "b.example"], 1), (["A.example", "b.example"], 2), (["b.example"], 3),
        ])
        #expect(plan.choices.first == [0, 1])
        #expect(plan.names["a.example"].map { plan.choices[$0] } == [0, 1])
        #expect(plan.names["b.example"].map { plan.choices[$0] } == [0, 1, 2])
    }

    @Test func ofOneKindTheFirstCounts() {
        let plan = CertificatePlan([(["a.example"], 1), (["a.example", "c.example"], 1), (["*.c.example"], 1)])
        #expect(plan.choices == [[0], [1], [2]])
        #expect(plan.names["a.example"] == 0)
        #expect(plan.names["c.example"].map { plan.choices[$0] } == [1])
        #expect(plan.names["x.c.example"].map { plan.choices[$0] } == [2])
    }

    @Test func withoutNamesThereIsADefault() {
        let plan = CertificatePlan([([], 1), ([], 2), (["a.example"], 1)])
        #expect(plan.choices.first == [0, 1])
        #expect(plan.names["nobody.example"] == nil)
        #expect(plan.names["a.example"].map { plan.choices[$0] } == [2])
    }

    @Test func aDefaultWithoutNamesStaysTheDefault() {
        let plan = CertificatePlan([([], 1), (["shop.example"], 2)])
        #expect(plan.choices.first == [0], "nobody else's certificate is for unknown names")
        #expect(plan.names["shop.example"].map { plan.choices[$0] } == [1])
    }
}
