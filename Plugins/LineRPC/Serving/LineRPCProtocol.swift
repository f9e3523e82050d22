package import DroverCore
package import Logging

/// JSON-RPC 2.0 on one listener of one worker.
package final class LineRPCProtocol: ServerProtocol {
    let methods: MethodTable
    let settings: LineRPCSettings
    let logger: Logger
    let mismatch: MismatchHelp

    /// A protocol that offers `methods`.
    package init(
        methods: RPCMethods, settings: LineRPCSettings, logger: Logger,
        mismatch: MismatchHelp = MismatchHelp(spoken: "JSON-RPC")
    ) {
        self.methods = MethodTable(methods)
        self.settings = settings
        self.logger = logger
        self.mismatch = mismatch
    }

    /// The protocol as configuration describes it.
    ///
    /// - Throws: `LineRPCProtocolError` without an application that has methods, `SettingsIssue` for a section that makes
    ///   no sense.
    package convenience init(_ context: ProtocolContext) throws {
        guard let methods = context.application as? RPCMethods else {
            throw LineRPCProtocolError(application: context.applicationName)
        }
        let section = LineRPCSettings.section.completed(context.section)
        self.init(
            methods: methods, settings: try LineRPCSettings(section: section), logger: context.logger,
            mismatch: context.mismatch)
    }

    /// Serves the connection until either side has enough.
    package func serve(_ connection: Connection) async throws {
        let session = RPCSession(connection, self)
        do {
            try await session.run()
        } catch {
            await session.abandonCalls()
            throw error
        }
        await session.abandonCalls()
    }
}

/// A listener that was given an application of another protocol.
package struct LineRPCProtocolError: Error, CustomStringConvertible {
    /// The application's name.
    package let application: String

    /// The mistake in one line.
    package var description: String {
        "the application '\(application)' has no methods to call: leave 'app' out, or name one of RPC methods"
    }
}
