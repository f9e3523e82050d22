internal import DogeConfiguration
public import Drover

extension Plugin {
    /// Enters the server in doge's registry while its workers accept, as the section `registry:` says.
    ///
    /// It runs as a companion: the arbiter has no threads and opens no connections.
    public static var dogeRegistry: Plugin {
        Plugin(
            "doge-registry",
            companions: [
                CompanionDefinition(
                    "registry", summary: "keeps the server's entry in etcd", presence: .whileReady, run: keepEntry)
            ], sections: [RegistrySection.section])
    }

    @Sendable
    private static func keepEntry(_ context: CompanionContext) async throws {
        let section = try RegistrySection(context.section)
        guard let registration = try section.registration(of: context.listeners) else {
            context.becomeReady()
            // Clients know the servers by themselves.
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
            return
        }
        let client = EtcdClient(section.registry.addresses)
        let registrar = EtcdRegistrar(registration, in: client, logger: context.logger)
        await registrar.run(whenTried: context.becomeReady)
    }
}
