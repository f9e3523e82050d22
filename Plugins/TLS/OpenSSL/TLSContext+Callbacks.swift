internal import COpenSSL

// What OpenSSL asks during a handshake. It hands back the pointer that it was given, to a context which the session
// keeps alive.

extension TLSContext {
    /// Lets `context` ask this object.
    func attach(_ context: OpaquePointer, staples: Bool) {
        let owner = Unmanaged.passUnretained(self).toOpaque()
        c_openssl_set_owner(context, owner)
        c_openssl_on_server_name(context, chooseCertificate, owner)
        if !protocolNames.isEmpty { SSL_CTX_set_alpn_select_cb(context, chooseProtocol, owner) }
        if staples { c_openssl_on_status(context, addStaple, owner) }
        if tickets != nil { SSL_CTX_set_tlsext_ticket_key_evp_cb(context, ticketKey) }
    }

    fileprivate static func at(_ pointer: UnsafeMutableRawPointer?) -> TLSContext? {
        pointer.map { Unmanaged<TLSContext>.fromOpaque($0).takeUnretainedValue() }
    }
}

private func chooseCertificate(
    _ connection: OpaquePointer?, _ alert: UnsafeMutablePointer<Int32>?, _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let owner = TLSContext.at(owner), let name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name) else {
        return SSL_TLSEXT_ERR_NOACK
    }
    let context = owner.context(for: String(cString: name))
    if context != owner.initial { SSL_set_SSL_CTX(connection, context) }
    return SSL_TLSEXT_ERR_OK
}

private func chooseProtocol(
    _ connection: OpaquePointer?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenCount: UnsafeMutablePointer<UInt8>?, _ offered: UnsafePointer<UInt8>?, _ offeredCount: UInt32,
    _ owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let owner = TLSContext.at(owner), let chosen else { return SSL_TLSEXT_ERR_NOACK }
    return owner.protocolNames.withUnsafeBufferPointer { own in
        var name: UnsafeMutablePointer<UInt8>?
        let result = SSL_select_next_proto(
            &name, chosenCount, own.baseAddress, UInt32(own.count), offered, offeredCount)
        guard result == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        // The name lies in `own`, which is as old as the context.
        chosen.pointee = UnsafePointer(name)
        return SSL_TLSEXT_ERR_OK
    }
}

private func addStaple(_ connection: OpaquePointer?, _ owner: UnsafeMutableRawPointer?) -> Int32 {
    guard let response = TLSContext.at(owner)?.staple(for: SSL_get_certificate(connection)),
        c_openssl_staple(connection, response, response.count)
    else { return SSL_TLSEXT_ERR_NOACK }
    return SSL_TLSEXT_ERR_OK
}

private func ticketKey(
    _ connection: OpaquePointer?, _ name: UnsafeMutablePointer<UInt8>?, _ iv: UnsafeMutablePointer<UInt8>?,
    _ cipher: OpaquePointer?, _ mac: OpaquePointer?, _ seals: Int32
) -> Int32 {
    guard let tickets = TLSContext.at(c_openssl_owner(connection))?.tickets, let name, let iv, let cipher, let mac
    else {
        return TicketKeys.Outcome.unknown.rawValue
    }
    if seals == 1 { return tickets.seal(name, iv, cipher, mac).rawValue }
    let outcome = tickets.open(name, iv, cipher, mac)
    // In TLS 1.3 a ticket is good for one connection, and the next one is sent only if this function says so.
    if outcome == .opened, SSL_version(connection) == TLS1_3_VERSION { return TicketKeys.Outcome.outdated.rawValue }
    return outcome.rawValue
}
