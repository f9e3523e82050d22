import CDrover

/// What ps(1) shows as the command.
package enum ProcessTitle {
    /// Finds the argument area; call once, before any other thread exists, as it moves the environment.
    package static func prepare() {
        c_drover_prepare_title(CommandLine.argc, CommandLine.unsafeArgv)
    }

    /// Shows `title` and names the main thread by its first 15 bytes, prctl(2) PR_SET_NAME.
    package static func set(_ title: String) {
        c_drover_set_title(title)
    }
}
