public import DroverCore
import DroverSignatures

extension Plugin {
    /// The protocol `line-rpc` with the stock methods `echo`, `sum`, `ping` and `methods`.
    public static var lineRPC: Plugin {
        .lineRPC { _ in }
    }

    /// The protocol `line-rpc`: JSON-RPC 2.0, a message a line.
    ///
    ///     .lineRPC { $0.register("greet") { (name: String) in "Hello, \(name)" } }
    ///
    /// - Parameter register: Adds methods to the stock ones. It runs once a worker, after the fork, so it may open files
    ///   and connect to others; what it throws keeps the worker from booting.
    /// - Returns: The plugin to give to the server.
    public static func lineRPC(
        _ register: @escaping @Sendable (inout RPCMethods) throws -> Void
    ) -> Plugin {
        .lineRPC(applications: [RPCApplication("methods", summary: "JSON-RPC methods") { _, m in try register(&m) }])
    }

    /// The protocol `line-rpc` with several sets of methods; `app` of a listener names one, and the first is for those
    /// that name none.
    public static func lineRPC(applications: [RPCApplication]) -> Plugin {
        let definition = ProtocolDefinition(
            "line-rpc", summary: "JSON-RPC 2.0, a message a line", calling: .rpcMethods,
            defaultApplication: applications.first?.definition.name,
            idle: { try LineRPCSettings.section.settings(from: $0).idleTimeout }, signature: .lineRPC
        ) { context, methods in try LineRPCProtocol(context, methods) }
        return Plugin(
            "line-rpc", protocols: [definition], applications: applications.map(\.definition),
            sections: [LineRPCSettings.section], signatures: ClientSignature.stock)
    }
}

/// A set of methods with a name.
public struct RPCApplication: Sendable {
    let definition: ApplicationDefinition

    /// Methods called `name`, on top of the stock ones; `register` runs once a worker, after the fork.
    public init(
        _ name: String, summary: String = "",
        _ register: @escaping @Sendable (WorkerIdentity, inout RPCMethods) throws -> Void
    ) {
        definition = ApplicationDefinition(name, summary: summary, kind: .rpcMethods) { worker in
            var methods = RPCMethods.stock
            try register(worker, &methods)
            return methods.listingThemselves()
        }
    }
}

extension ApplicationKind where Handler == RPCMethods {
    /// Applications that are a set of methods.
    public static var rpcMethods: Self { Self("rpc-methods") }
}
