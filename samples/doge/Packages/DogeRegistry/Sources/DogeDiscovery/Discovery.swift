/// Finds the servers of a service, and hears of it when they change.
public protocol Discovery: Sendable {
    /// The endpoints of `service`: the whole set at once, and again after each change.
    ///
    /// It ends when it is not iterated any more. A registry that is away does not end it: the last set stays valid.
    func watch(service: String) -> AsyncStream<[Endpoint]>
}
