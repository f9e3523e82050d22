extension SettingsMarkdown {
    static let introduction = """
        # Settings

        <!-- Made by `drover settings --markdown`; `make docs` writes it anew, and CI checks that it is current. -->

        ## Where a value comes from

        Each source overrules those before it:

        1. the default in the tables below;
        2. the file: `drover.yaml` in the working directory if it is there, or the one that `-c` (or
           `DROVER_CONFIG`) names, which must be there;
        3. the environment: `WEB_CONCURRENCY` (workers) and `PORT` (listen on `0.0.0.0:$PORT`), then
           `DROVER_WORKERS` and the other variables in the tables, then the flags in `DROVER_CMD_ARGS`, split into
           words as a shell would;
        4. the flags.

        `drover print-config` shows every value in force and the source it came from; `drover check-config` only says
        whether all is well. A list (`bind`, `raw_env`) is replaced, not added to; in a variable, commas part its
        elements. An empty variable counts as not set. `PORT` replaces `bind`, but not a list of `listeners`.

        An unknown key, a key given twice, a value of the wrong type or out of range: all mistakes are reported at
        once, one line each with file, line and column (or with the variable's or the flag's name), nothing is
        started, and the exit status is 1.

        Times are seconds (`30`, `1.5`) or carry a unit (`500ms`, `30s`, `2m`, `1h`). Sizes are bytes or carry `k`,
        `m` or `g`, powers of 1024. An optional setting is switched off by `null`.

        *Takes effect* says when a changed value counts: after a *restart*, or after a *reload*; *next connection* is
        a reload that workers that already run obey as well.

        """

    static let listeners = """
        `bind` makes a listener of each address, and the other settings of this chapter hold for all of them. For
        listeners that differ, the file has a list instead; what an entry leaves out comes from the top of the file:

        ```yaml
        backlog: 4096
        listeners:
          - { bind: "127.0.0.1:8000" }
          - { bind: "127.0.0.1:7000", protocol: echo, accept: reuseport }
        ```

        An entry may hold the deadlines of its connections too (`keepalive`, `handshake_timeout` and those below them among
        the timeouts), and a plugin's section, which then overrules the one at the top for that listener. `--bind` and
        `DROVER_BIND` replace the whole list.

        """
}
