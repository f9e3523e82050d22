// What doge's three sections hold.

extension ConfigurationReader {
    mutating func registry() -> RegistryConfiguration? {
        guard var section = section("registry") else {
            if issues.isEmpty { reportMissing("registry") }
            return nil
        }
        let kind = section.choice("protocol", RegistryConfiguration.Kind.self) ?? .etcd
        let host = section.text("host")
        let port = section.integer("port", HostPort.ports)
        var addresses = section.addresses("address")
        let ttl = section.integer("ttl", 1...86_400)
        if addresses.isEmpty, let host { addresses = [HostPort(host: host, port: port ?? Self.port(of: kind))] }
        if addresses.isEmpty, section.issues.isEmpty {
            section.report("'registry' has neither 'address' nor 'host', the members of the cluster or the servers")
        }
        finish(section)
        return RegistryConfiguration(
            kind: kind, addresses: addresses, ttl: ttl.map { .seconds($0) } ?? RegistryConfiguration.defaultTTL)
    }

    // Servers have no port of their own; this is what doge's examples use.
    private static func port(of kind: RegistryConfiguration.Kind) -> Int {
        kind == .etcd ? RegistryConfiguration.defaultPort : 4399
    }

    mutating func service() -> ServiceConfiguration? {
        guard var section = section("service") else { return nil }
        let name = section.required("name", "by which clients ask for it")
        let node = section.required("node", "the server's own name")
        let host = section.required("host", "where clients reach it")
        let port = section.integer("port", HostPort.ports)
        let limit = section.integer("limitConn", 1...1_000_000)
        let filters = section.texts("filters")
        for (key, text) in [("name", name), ("node", node)] {
            if let text, text.contains("/") { section.report("'\(key)' must not contain '/', as '\(text)' does") }
        }
        if port == nil, section.issues.isEmpty { section.report("'service' has no 'port', where clients reach it") }
        finish(section)
        guard let name, let node, let host, let port else { return nil }
        return ServiceConfiguration(
            name: name, node: node, host: host, port: port, connectionLimit: limit, filters: filters)
    }

    mutating func refer() -> ReferConfiguration {
        var refer = ReferConfiguration()
        guard var section = section("refer") else { return refer }
        refer.availability = section.choice("haStrategy", ReferConfiguration.Availability.self) ?? .failover
        refer.balance = section.choice("loadBalance", ReferConfiguration.Balance.self) ?? .roundRobin
        refer.filters = section.texts("filters")
        refer.defaults = method("", ReferConfiguration.Method(), &section)
        // A method's name may have dots itself; the last part is the setting.
        let names = Set(section.keys.compactMap { key in key.lastIndex(of: ".").map { String(key[..<$0]) } })
        for name in names.sorted() { refer.methods[name] = method("\(name).", refer.defaults, &section) }
        finish(section)
        return refer
    }

    private func method(
        _ prefix: String, _ defaults: ReferConfiguration.Method, _ section: inout ConfigurationSection
    ) -> ReferConfiguration.Method {
        var method = defaults
        if let retries = section.integer("\(prefix)retries", 0...100) { method.retries = retries }
        if let ratio = section.integer("\(prefix)backupRequestDelayRatio", 1...100) {
            method.backupRequestDelayRatio = ratio
        }
        if let ratio = section.integer("\(prefix)backupRequestMaxRetryRatio", 0...100) {
            method.backupRequestMaxRetryRatio = ratio
        }
        if let timeout = section.integer("\(prefix)requestTimeout", 1...86_400_000) {
            method.requestTimeout = .milliseconds(timeout)
        }
        return method
    }
}
