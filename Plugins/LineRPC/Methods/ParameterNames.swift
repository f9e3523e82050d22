/// What the parameters of a method are called, and how many there are.
struct ParameterNames: Sendable {
    /// Empty if they have none.
    let names: [String]
    let count: Int

    /// The names of parameters that have these types.
    init<each Param>(_ names: [String], of types: repeat (each Param).Type) {
        var count = 0
        for _ in repeat each types { count += 1 }
        precondition(names.isEmpty || names.count == count, "a method has \(count) params and \(names.count) names")
        self.names = names
        self.count = count
    }
}
