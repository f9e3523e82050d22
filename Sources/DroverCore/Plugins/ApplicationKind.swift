/// What an application is to the protocols that call it: an HTTP handler, a set of methods.
///
/// The module that defines such applications has their kind as a static member. An ``ApplicationDefinition`` makes one of
/// that kind, and a ``ProtocolDefinition`` that calls it gets it as the type it is:
///
///     extension ApplicationKind where Handler == Greeter {
///         public static var greeter: Self { Self("greeter") }
///     }
///
///     ApplicationDefinition("polite", kind: .greeter) { worker in Greeter("Good day") }
///     ProtocolDefinition("greet", calling: .greeter) { context, greeter in Greet(greeter) }
///
/// The configuration gives a protocol applications of its kind only; what does not fit is reported before anything starts.
public struct ApplicationKind<Handler: Sendable>: Sendable {
    /// Its name, which tells kinds of one type apart.
    public let name: String

    /// The kind called `name` of applications that are a `Handler` each; two of one name and type are the same kind.
    public init(_ name: String) {
        self.name = name
    }

    /// The kind without its type, for tables.
    package var id: ApplicationKindID { ApplicationKindID(name: name, type: ObjectIdentifier(Handler.self)) }
}

/// A kind of applications as tables have it.
package struct ApplicationKindID: Hashable, Sendable {
    let name: String
    let type: ObjectIdentifier
}

/// An application on its way from its definition to the protocols.
///
/// A concrete type on purpose: asking whether a value conforms to a protocol searches the whole program the first time,
/// which every new worker would pay for.
struct ApplicationBox<Handler: Sendable>: Sendable {
    let handler: Handler
}
