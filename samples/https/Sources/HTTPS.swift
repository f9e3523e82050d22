import Drover
import DroverHTTP
import DroverHTTPFiles
import DroverTLS
import Foundation

/// HTTPS with nothing in front: a site, and a second port that only says where it is.
@main
enum HTTPS {
    static func main() {
        Server(.http(applications: [.site, .redirect]), .tls).run()
    }
}

extension HTTPApplication {
    /// The site: says who is there, and that it wants to be asked by HTTPS alone from now on.
    fileprivate static var site: HTTPApplication {
        HTTPApplication("site", summary: "the site itself") { _ in Site() }
    }

    /// For the port in clear: the same address with https, wherever that is.
    fileprivate static var redirect: HTTPApplication {
        HTTPApplication("redirect", summary: "sends everybody to the site") { _ in
            let environment = ProcessInfo.processInfo.environment
            return Redirect(
                port: environment["HTTPS_PORT"].flatMap { Int($0) } ?? 443,
                webroot: try environment["HTTPS_WEBROOT"].map { try FileHandler(root: $0) })
        }
    }
}

private struct Site: HTTPHandler {
    // Half a year. Browsers that have seen it refuse to come in clear, so begin with less.
    private static let strictTransportSecurity = "max-age=15768000"

    func respond(to request: Request) async throws -> Response {
        let version = request.security?.version ?? "nothing"
        var response = Response.text("Hello over \(version), \(request.path)\n")
        response.fields.append("Strict-Transport-Security", Self.strictTransportSecurity)
        return response
    }
}

private struct Redirect: HTTPHandler {
    let port: Int
    /// Where a program that asks for certificates leaves its answers to challenges, which are looked for in clear.
    let webroot: FileHandler?

    func respond(to request: Request) async throws -> Response {
        if let webroot, request.path.hasPrefix("/.well-known/acme-challenge/") {
            return try await webroot.respond(to: request)
        }
        guard let host = request.host else { return .status(.badRequest) }
        let query = request.query.map { "?\($0)" } ?? ""
        // 308 keeps the method, so that no POST becomes a GET on the way.
        return .redirect(to: "https://\(name(of: host))\(suffix)\(request.path)\(query)", status: .permanentRedirect)
    }

    private var suffix: String { port == 443 ? "" : ":\(port)" }

    /// The host without its port; an IPv6 address has its brackets.
    private func name(of host: String) -> Substring {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return host[...end] }
        return host.prefix { $0 != ":" }
    }
}
