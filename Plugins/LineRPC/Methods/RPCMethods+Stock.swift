import DroverLineRPCMessages

extension RPCMethods {
    /// The methods that every server has: `echo`, `sum`, `ping` and `methods`.
    static var stock: RPCMethods {
        var methods = RPCMethods()
        methods.register("echo", raw: { _, params in params ?? .null })
        methods.register("sum", params: ["x", "y"]) { (x: Int, y: Int) in
            let (sum, isTooLarge) = x.addingReportingOverflow(y)
            if isTooLarge { throw RPCError.invalidParams("the sum does not fit 64 bits") }
            return sum
        }
        methods.register("ping") { "pong" }
        return methods
    }

    /// The same methods, and `methods`, which lists them.
    func listingThemselves() -> RPCMethods {
        var methods = self
        let names = (methods.names + ["methods"]).sorted()
        if methods.all["methods"] == nil { methods.register("methods") { names } }
        return methods
    }
}
