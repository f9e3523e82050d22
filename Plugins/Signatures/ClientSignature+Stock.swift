public import DroverCore

extension ClientSignature {
    /// The clients of every stock protocol and transport.
    ///
    /// Each stock plugin offers all of them, so that a server with one plugin knows the others' clients as well. A plugin
    /// of your own does the same with `signatures: ClientSignature.stock`.
    public static var stock: [ClientSignature] { [.http, .uwsgi, .lineRPC, .headerRPC, .tls] }

    /// Whether a client has come to a port of its own protocol that only a transport keeps it from.
    static func isOnlyWrapped(_ spoken: String) -> Bool { spoken == tls.name }
}
