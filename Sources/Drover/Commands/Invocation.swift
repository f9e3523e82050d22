package import DroverConfig

/// What a command line asks for.
package enum Invocation: Sendable {
    /// Serve with this configuration.
    case serve(LoadedSettings)
    /// Talk to a running server.
    case control(ControlErrand)
    /// Print and leave.
    case exit(ExitReport)
}

/// What a program that does not serve prints, and the status it leaves with.
package struct ExitReport: Sendable, Equatable {
    /// 0 if all is well, 1 if the command line or the configuration is wrong.
    package let status: Int32
    /// For standard output; ends with a line feed unless empty.
    package let output: String
    /// For standard error; ends with a line feed unless empty.
    package let errors: String

    /// A report of success.
    static func success(_ output: String, errors: String = "") -> ExitReport {
        ExitReport(status: 0, output: ended(output), errors: ended(errors))
    }

    /// A report of failure.
    static func failure(_ errors: String) -> ExitReport {
        ExitReport(status: 1, output: "", errors: ended(errors))
    }

    private static func ended(_ text: String) -> String {
        text.isEmpty || text.last == "\n" ? text : text + "\n"
    }
}
