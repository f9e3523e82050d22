import CDrover

/// Who a process is to the kernel once it has given up being root: user, group, and no groups but the user's.
///
/// See credentials(7).
package struct Credentials: Equatable, Sendable {
    package let user: UInt32
    package let group: UInt32
    /// The user's name, whose supplementary groups are taken; nil for a user without an account, who gets none.
    let name: String?

    /// A user or a group that this machine does not know.
    package struct Unknown: Error, Equatable, Sendable, CustomStringConvertible {
        /// What was looked up: `user` or `group`.
        package let kind: String
        let name: String

        package var description: String { "there is no \(kind) called '\(name)' on this machine" }
    }

    /// Looks up names or numbers, getpwnam(3) and getgrnam(3); without a group it is the user's own.
    ///
    /// - Throws: `Unknown`.
    package init(user: String?, group: String?) throws(Unknown) {
        var found: (user: UInt32, group: UInt32, name: String?) = (geteuid(), getegid(), nil)
        if let user {
            if let entry = getpwnam(user) ?? UInt32(user).flatMap({ getpwuid($0) }) {
                found = (entry.pointee.pw_uid, entry.pointee.pw_gid, String(cString: entry.pointee.pw_name))
            } else if let number = UInt32(user) {
                found = (number, number, nil)
            } else {
                throw Unknown(kind: "user", name: user)
            }
        }
        if let group {
            if let entry = getgrnam(group) {
                found.group = entry.pointee.gr_gid
            } else if let number = UInt32(group) {
                found.group = number
            } else {
                throw Unknown(kind: "group", name: group)
            }
        }
        (self.user, self.group, name) = found
    }

    /// The setting that this process may not carry out, `user` or `group`; nil when it may become all of it.
    ///
    /// Root may become any user; a process that is not root may only stay its own. What counts are CAP_SETUID and
    /// CAP_SETGID, capabilities(7): root in a container may lack them, and other users may have them.
    package var obstacle: String? {
        if user != geteuid(), user != getuid(), !c_drover_may_change_user() { return "user" }
        // Root changes its supplementary groups too.
        let isOwn = group == getegid() || group == getgid()
        return (isOwn && geteuid() != 0) || c_drover_may_change_group() ? nil : "group"
    }

    /// Becomes it, for good: supplementary groups, group, user, in the only order that works, then PR_SET_NO_NEW_PRIVS, so
    /// that no program the process starts gets more.
    ///
    /// - Throws: `SystemError` EPERM when the process may not.
    package func assume() throws(SystemError) {
        if geteuid() == 0 {
            if let name {
                try systemCall("initgroups", subject: name) { c_drover_initgroups(name, group) }
            } else {
                try systemCall("setgroups") { c_drover_drop_groups() }
            }
        }
        try systemCall("setgid", subject: "\(group)") { setgid(group) }
        try systemCall("setuid", subject: "\(user)") { setuid(user) }
        try systemCall("prctl", subject: "PR_SET_NO_NEW_PRIVS") { c_drover_no_new_privileges() }
    }
}

extension Credentials: CustomStringConvertible {
    /// The account's name, or the user's number.
    package var description: String { name ?? "user \(user)" }
}

/// The user that this process acts as, geteuid(2).
package var effectiveUser: UInt32 { geteuid() }
