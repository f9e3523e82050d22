package import DroverCore

extension ProtocolContext {
    /// The handler that the protocol `name` serves.
    ///
    /// - Throws: `HandlerMissing` without an application that speaks HTTP.
    package func handler(for name: String) throws(HandlerMissing) -> any HTTPHandler {
        if let handler = (application as? AnyHTTPHandler)?.handler { return handler }
        throw HandlerMissing(protocolName: name, application: application == nil ? nil : applicationName)
    }
}

/// A listener that was told to carry HTTP and given nothing to say.
package struct HandlerMissing: Error, CustomStringConvertible {
    /// The protocol that has nobody to ask.
    package let protocolName: String
    /// The application's name; nil if there is none.
    package let application: String?

    /// The error about the application of this name.
    package init(protocolName: String, application: String?) {
        self.protocolName = protocolName
        self.application = application
    }

    /// The mistake in one line.
    package var description: String {
        guard let application else {
            return "the protocol '\(protocolName)' needs an application: name one with 'app' or --app"
        }
        return "the application '\(application)' does not speak HTTP"
    }
}
