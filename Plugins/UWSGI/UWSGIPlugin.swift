public import DroverCore
public import DroverHTTPMessages
import DroverSignatures

extension Plugin {
    /// The uwsgi protocol, which nginx speaks with `uwsgi_pass`, for applications that come from elsewhere.
    public static var uwsgi: Plugin {
        .uwsgi(applications: [])
    }

    /// The uwsgi protocol with a closure as the application `app`.
    public static func uwsgi(_ handler: @escaping @Sendable (Request) async throws -> Response) -> Plugin {
        .uwsgi(applications: [HTTPApplication("app") { _ in ClosureHandler(handler) }])
    }

    /// The uwsgi protocol with a closure that never waits as the application `app`.
    public static func uwsgi(_ handler: @escaping @Sendable (Request) throws -> Response) -> Plugin {
        .uwsgi(applications: [HTTPApplication("app") { _ in ClosureHandler(handler) }])
    }

    /// The uwsgi protocol with applications that are built in each worker.
    ///
    /// An application that another plugin offers already, such as `.http`, need not be given again: any listener can name
    /// it.
    public static func uwsgi(applications: [HTTPApplication]) -> Plugin {
        let definition = ProtocolDefinition(
            "uwsgi", summary: "requests from nginx's uwsgi_pass", calling: .http, signature: .uwsgi
        ) { context, handler in try UWSGIProtocol(context, handler) }
        return Plugin(
            "uwsgi", protocols: [definition], applications: applications.map(\.definition),
            sections: [UWSGISettings.section], signatures: ClientSignature.stock)
    }
}
