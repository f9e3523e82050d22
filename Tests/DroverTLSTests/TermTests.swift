import DroverCore
import Testing

@testable import DroverTLS

@Suite struct TermTests {
    private static let day: Int64 = 86_400
    private let end: Int64 = 100 * day

    private func term(_ role: Term.Role, file: String = "a.pem", from begin: Int64 = 0, to end: Int64?) -> Term {
        let node = SettingsNode(.scalar(file, quoted: true), at: .builtIn, key: "certfile")
        return Term(
            role: role, node: node, subject: "CN=\(file)",
            begin: Term.Moment(seconds: begin, text: "day \(begin / Self.day)"),
            end: end.map { Term.Moment(seconds: $0, text: "day \($0 / Self.day)") })
    }

    @Test func stagesBeginOnTheirSecond() {
        let term = term(.own, from: 50 * Self.day, to: end)
        let begins: [(Int64, Term.Stage, Term.Stage)] = [
            (50 * Self.day, .early, .current), (86 * Self.day, .current, .lastFortnight),
            (99 * Self.day, .lastFortnight, .lastDay), (100 * Self.day, .lastDay, .over),
        ]
        for (moment, before, after) in begins {
            #expect(term.stage(at: moment - 1) == before)
            #expect(term.stage(at: moment) == after)
            #expect(term.nextChange(after: moment - 1) == moment)
        }
        #expect(term.nextChange(after: end) == nil)
        #expect(self.term(.revocations, to: nil).nextChange(after: 1) == nil)
        // A list that is made anew each week is always in its last fortnight.
        #expect(self.term(.revocations, to: end).stage(at: end - 1) == .current)
    }

    @Test func eachStageIsNewOnce() {
        var watch = TermWatch([term(.own, to: end), term(.authority, to: 20 * Self.day)])
        #expect(watch.news(at: 50 * Self.day).map(\.stage) == [.over])
        #expect(watch.news(at: 50 * Self.day).isEmpty)
        #expect(watch.news(at: 90 * Self.day).map(\.stage) == [.lastFortnight])
        // A clock that goes back and forth says nothing twice.
        #expect(watch.news(at: 10 * Self.day).isEmpty)
        #expect(watch.news(at: 90 * Self.day).isEmpty)
        #expect(watch.news(at: 200 * Self.day).map(\.stage) == [.over])
        #expect(watch.news(at: 300 * Self.day).isEmpty)
    }

    @Test func nobodyIsWokenMoreThanOnceADay() {
        let watch = TermWatch([term(.own, to: end)])
        #expect(watch.pause(at: 0) == Self.day)
        #expect(watch.pause(at: 99 * Self.day - 5) == 5)
        #expect(watch.pause(at: end) == nil)
        #expect(TermWatch([]).pause(at: 0) == nil)
    }

    @Test func onlyWhatLeavesNothingIsAnIssue() {
        let now = 50 * Self.day
        func issues(_ terms: [Term], hasPredecessor: Bool = false) -> [String] {
            TermReview(terms: terms, now: now).issues(hasPredecessor: hasPredecessor).map(\.problem)
        }
        let over = term(.authority, to: now)
        #expect(issues([over, term(.authority, to: end)]).isEmpty)
        #expect(issues([over]) == ["'a.pem' has no authority that counts now: 'CN=a.pem' has expired on day 50"])
        let early = term(.authority, from: end, to: 2 * end)
        #expect(issues([over, early])[0].hasSuffix("has expired on day 50, and so on with 1 more"))
        #expect(issues([over, term(.authority, file: "b.pem", to: end)]).count == 1, "each bundle counts for itself")
        #expect(issues([term(.chain, to: now)], hasPredecessor: true).isEmpty)
        #expect(issues([term(.own, to: now)]).isEmpty)
        #expect(issues([term(.own, to: now)], hasPredecessor: true) == ["'a.pem' has expired on day 50"])
        #expect(issues([term(.own, from: end, to: 2 * end)], hasPredecessor: true).count == 1)
        #expect(
            issues([term(.revocations, to: now)]) == [
                "'a.pem' has expired on day 50, and with it no client would get in"
            ])
    }

    @Test func warningsSayHowLong() {
        func warnings(_ role: Term.Role, at now: Int64) -> [String] {
            TermReview(terms: [term(role, to: end)], now: now).warnings.map(\.problem)
        }
        #expect(warnings(.own, at: 50 * Self.day).isEmpty)
        #expect(warnings(.own, at: 90 * Self.day) == ["'a.pem' expires on day 100, in 10 days"])
        #expect(
            warnings(.chain, at: end - 1) == ["'a.pem' has 'CN=a.pem' in its chain, which expires on day 100, in 1 day"]
        )
        #expect(
            warnings(.own, at: end) == ["'a.pem' has expired on day 100: clients refuse it, and so does a reload"])
        #expect(
            warnings(.authority, at: end) == ["'a.pem' has the authority 'CN=a.pem', which has expired on day 100"])
    }
}
