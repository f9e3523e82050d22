public import DroverCore
public import DroverHTTPMessages
import DroverSignatures

extension Plugin {
    /// HTTP/1.1 as a protocol called `http`, for applications that come from elsewhere.
    public static var http: Plugin {
        .http(applications: [])
    }

    /// HTTP/1.1 with a closure as the application `app`.
    public static func http(_ handler: @escaping @Sendable (Request) async throws -> Response) -> Plugin {
        .http(handler: ClosureHandler(handler))
    }

    /// HTTP/1.1 with a closure that never waits as the application `app`.
    public static func http(_ handler: @escaping @Sendable (Request) throws -> Response) -> Plugin {
        .http(handler: ClosureHandler(handler))
    }

    /// HTTP/1.1 with one application.
    ///
    /// - Parameters:
    ///   - name: The name that configuration knows it by.
    ///   - handler: The application; it was made before the workers were forked, so it must hold no thread.
    /// - Returns: The plugin to give to the server.
    public static func http(_ name: String = "app", handler: some HTTPHandler) -> Plugin {
        .http(applications: [HTTPApplication(name) { _ in handler }])
    }

    /// HTTP/1.1 with applications that are built in each worker.
    public static func http(applications: [HTTPApplication]) -> Plugin {
        let definition = ProtocolDefinition(
            "http", summary: "HTTP/1.1 and HTTP/1.0", calling: .http, negotiatedNames: ["http/1.1"], signature: .http
        ) { context, handler in try HTTPProtocol(context, handler) }
        return Plugin(
            "http", protocols: [definition], applications: applications.map(\.definition),
            sections: [HTTPSettings.section], signatures: ClientSignature.stock)
    }
}
