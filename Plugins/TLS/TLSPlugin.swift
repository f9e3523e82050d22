public import DroverCore
import DroverSignatures

extension Plugin {
    /// The transports `tls` and `auto`, on OpenSSL; their settings stand in the section `tls`.
    public static var tls: Plugin {
        Plugin(
            "tls",
            transports: [
                TransportDefinition("tls", summary: "TLS 1.2 and 1.3", signature: .tls, negotiates: true) {
                    try TLSTransport($0, plain: .refused)
                },
                TransportDefinition(
                    "auto", summary: "TLS or not, as the client's first byte has it", label: "tls or plain",
                    negotiates: true
                ) {
                    try TLSTransport($0, plain: .served)
                },
            ], sections: [TLSSettings.section], signatures: ClientSignature.stock)
    }
}
