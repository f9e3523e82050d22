public import Drover
import DroverBytes
import DroverSignatures

/// Methods of a type that know how to register themselves.
public protocol DogeMethods: Sendable {
    /// Adds the methods to a service.
    func register(in service: inout DogeService)
}

extension Plugin {
    /// The protocol `doge`, and the methods that it calls.
    ///
    ///     .doge { $0.register("sum") { (a: Int, b: Int) in a + b } }
    ///
    /// - Parameters:
    ///   - filters: What is done around every call. They are made before the workers are.
    ///   - register: Adds the methods. It runs once a worker, after the fork, so it may open files and connect to others;
    ///     what it throws keeps the worker from booting.
    /// - Returns: The plugin to give to the server.
    public static func doge(
        filters: [any DogeFilter] = [], _ register: @escaping @Sendable (inout DogeService) throws -> Void
    ) -> Plugin {
        let application = ApplicationDefinition("service", summary: "MessagePack-RPC methods", kind: .doge) { _ in
            var service = DogeService()
            try register(&service)
            return service
        }
        let definition = ProtocolDefinition(
            "doge", summary: "MessagePack-RPC as doge and mprpc speak it", calling: .doge,
            defaultApplication: application.name, signature: .doge
        ) { context, service in try DogeProtocol(context, service, filters: filters) }
        return Plugin(
            "doge", protocols: [definition], applications: [application],
            sections: [DogeSettings.section], signatures: ClientSignature.stock)
    }

    /// The same with the methods of a type, a value of which `make` makes once a worker.
    public static func doge(
        filters: [any DogeFilter] = [], serving make: @escaping @autoclosure @Sendable () throws -> any DogeMethods
    ) -> Plugin {
        .doge(filters: filters) { service in try make().register(in: &service) }
    }
}

extension ApplicationKind where Handler == DogeService {
    /// Applications that are a set of methods for doge's clients.
    public static var doge: Self { Self("doge-methods") }
}

extension ClientSignature {
    /// A call or a notification; such a client gets an error for a call that could not be read.
    static var doge: ClientSignature {
        ClientSignature("MessagePack-RPC") { bytes in
            if bytes.isEmpty { return .undecided }
            let first = bytes.byte(0)
            guard first == 0x94 || first == 0x93 else { return .no }
            if bytes.byteCount < 2 { return .undecided }
            let kind = bytes.byte(1)
            return kind == (first == 0x94 ? 0 : 2) ? .yes : .no
        } refusal: { spoken in
            DogeReply(id: -1, error: "this port speaks \(spoken), not MessagePack-RPC").encoded
        }
    }
}
