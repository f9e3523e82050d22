public import DroverCore

extension ClientSignature {
    /// The clients of every stock protocol and transport.
    ///
    /// Each stock plugin offers all of them, so that a server with one plugin knows the others' clients as well. A plugin
    /// of your own can do the same.
    public static var stock: [ClientSignature] { [.http, .uwsgi, .lineRPC, .tls] }
}
