public import DogeRegistry

extension EtcdClient {
    /// Where the node `one` of the service `test` is, if it is entered.
    public func entry() async throws -> String? { try await get("/doge/rpc/test/one").entries.first?.value }
}
