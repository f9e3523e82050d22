import DroverCore

extension SettingsTable {
    static let processRows: [SettingRow] = [
        .server(
            .process, \.process.pidfile, "pidfile", as: .path, flags: ["--pid"], shortFlag: "p", effect: .restart,
            gunicorn: "pidfile", "The file for the arbiter's process id."),
        .server(
            .process, \.process.controlSocket, "control_socket", as: .path, effect: .restart,
            gunicorn: "control_socket",
            """
            The unix socket for the 'ctl' command, for root and the server's own user only; off is none. When it is not \
            given: beside the pid file with the ending .ctl, or else NAME.ctl in $XDG_RUNTIME_DIR, /run (root) or \
            /tmp/drover-UID.
            """),
        .server(
            .process, \.process.name, "proc_name", flags: ["--name"], shortFlag: "n", effect: .restart,
            gunicorn: "proc_name", "The name in the process title; the program's own when it is not given."),
        .server(
            .process, \.process.user, "user", shortFlag: "u", effect: .restart, gunicorn: "user",
            "The workers' user, by name or number; the arbiter stays who it is."),
        .server(
            .process, \.process.group, "group", shortFlag: "g", effect: .restart, gunicorn: "group",
            "The workers' group, by name or number; the user's own when it is not given."),
        .server(
            .process, \.process.environment, "raw_env", flags: ["--env"], shortFlag: "e",
            gunicorn: "raw_env", "Variables for the workers' environment, NAME=VALUE each."),
        .server(
            .process, \.process.chdir, "chdir", as: .path, effect: .restart, gunicorn: "chdir",
            "The folder to work in; the configuration file is found before it is entered."),
        .server(
            .process, \.process.umask, "umask", shortFlag: "m", effect: .restart, gunicorn: "umask",
            "The permissions that files are made without, such as 027; what it was started with when it is not given. "
                + "Unix sockets have 0660 in any case."),
        .server(
            .process, \.process.daemon, "daemon", shortFlag: "D", effect: .restart, gunicorn: "daemon",
            "Goes on in the background, without a terminal; the command ends when the server is bound, or says why it "
                + "is not."),
        .server(
            .process, \.process.preload, "preload_app", flags: ["--preload"], effect: .restart,
            gunicorn: "preload_app",
            "Loads what an application's workers share once, in the arbiter, before the first fork."),
        upgradeRow,
    ]

    static let upgradeRow = SettingRow.server(
        .process, \.process.upgrade, "upgrade",
        "Who ends the old arbiter after an upgrade (SIGUSR2).")

    static let loggingRows: [SettingRow] = [
        .server(
            .logging, \.logging.levelName, "loglevel",
            as: .choice(LoggingSettings.levelNames.map { SettingChoice($0) }, noun: "log level"),
            flags: ["--log-level"], gunicorn: "loglevel", "The least important level that is written."),
        .server(
            .logging, \.logging.errorFile, "errorlog", as: .path, flags: ["--error-logfile", "--log-file"],
            gunicorn: "errorlog", "The error log's file; - is standard error."),
        .server(
            .logging, \.logging.accessFile, "accesslog", as: .path, flags: ["--access-logfile"], gunicorn: "accesslog",
            "The access log's file; - is standard output, syslog is /dev/log, syslog:unix:PATH and "
                + "syslog:udp:HOST:PORT are other receivers."),
        .server(
            .logging, \.logging.accessFormat, "access_log_format", as: .accessFormat, flags: ["--access-logformat"],
            gunicorn: "access_log_format",
            "What a line of the access log says: common, combined, json, or text with gunicorn's atoms."),
    ]

    static let commandLineRows = [
        SettingRow(
            spec: SettingSpec(
                "check_config", .boolean, default: .boolean(false), flags: ["--check-config"], gunicorn: "check_config",
                "Reads the configuration, reports every mistake, and leaves with 0 or 1."),
            group: .commandLine, field: .commandLine),
        SettingRow(
            spec: SettingSpec(
                "print_config", .boolean, default: .boolean(false), flags: ["--print-config"], gunicorn: "print_config",
                "Prints the configuration in force and where each value comes from, and leaves."),
            group: .commandLine, field: .commandLine),
    ]
}
