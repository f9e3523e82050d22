/// Which certificates stand together: those that one name can mean, one of each kind of key.
struct CertificatePlan {
    /// For each context the numbers of its certificates; the first is for a client that asks for no name that is known.
    private(set) var choices: [[Int]] = []
    /// Which of them a name means.
    private(set) var names = ServerNames<Int>()

    /// A plan for certificates with these names and kinds of keys; the first is the default.
    init(_ certificates: [(names: [String], kind: Int32)]) {
        func choice(where belongs: (Int) -> Bool) -> [Int] {
            var kinds: Set<Int32> = []
            return certificates.indices.filter { belongs($0) && kinds.insert(certificates[$0].kind).inserted }
        }
        let folded = certificates.map { Set($0.names.map(ServerNameText.folded)) }
        // A certificate with all names of the default can stand beside it. One without names is no reason to show all
        // clients another site's.
        choices = [
            choice { $0 == 0 || (folded[$0].isSuperset(of: folded[0]) && folded[$0].isEmpty == folded[0].isEmpty) }
        ]
        for index in certificates.indices {
            for name in certificates[index].names where names.exactly(name) == nil {
                let own = choice { folded[$0].contains(ServerNameText.folded(name)) }
                let place = choices.firstIndex(of: own) ?? choices.count
                if place == choices.count { choices.append(own) }
                names.add(name, place)
            }
        }
    }
}
