#define _GNU_SOURCE 1
#include "CDrover.h"

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <limits.h>
#include <spawn.h>
#include <sys/fsuid.h>

char **c_drover_environment(void) { return environ; }

int c_drover_accept(int fd, struct sockaddr_storage *address, socklen_t *length) {
    return accept4(fd, (struct sockaddr *)address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int c_drover_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK); }

int c_drover_peer_user(int fd, uint32_t *user) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
    *user = peer.uid;
    return 0;
}

// Of a listener the kernel reports the accept queue in a field that otherwise counts segments.
int c_drover_accept_queue_length(int fd, uint32_t *length) {
    struct tcp_info information;
    socklen_t size = sizeof information;
    memset(&information, 0, sizeof information);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &information, &size) != 0) return -1;
    *length = information.tcpi_unacked;
    return 0;
}

// A classic BPF program: a random number modulo the count is the index of the socket.
int c_drover_steer_reuseport(int fd, uint32_t count) {
    struct sock_filter code[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)(SKF_AD_OFF + SKF_AD_RANDOM)},
        {BPF_ALU | BPF_MOD | BPF_K, 0, 0, count},
        {BPF_RET | BPF_A, 0, 0, 0},
    };
    struct sock_fprog program = {sizeof code / sizeof code[0], code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program);
}

int c_drover_unsteer_reuseport(int fd) {
    int ignored = 0;
    return setsockopt(fd, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, &ignored, sizeof ignored);
}

// The kernel refuses a mask that is smaller than its own, so start with room for 8192 CPUs.
int c_drover_affinity_count(void) {
    cpu_set_t *mask = CPU_ALLOC(8192);
    size_t size = CPU_ALLOC_SIZE(8192);
    if (!mask) return -1;
    int count = sched_getaffinity(0, size, mask) == 0 ? CPU_COUNT_S(size, mask) : -1;
    CPU_FREE(mask);
    return count;
}

int c_drover_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

// The C library has no function for it; openat2(2).
int c_drover_open_beneath(int root, const char *path) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    // A pipe is opened without waiting for its other end, and then refused.
    how.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

int c_drover_open_folder(const char *path) { return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC); }
int c_drover_enter_folder(int folder, const char *name) {
    return openat(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int c_drover_look_at(int folder, const char *name) {
    return openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

int c_drover_give(int file, uid_t user, gid_t group) { return fchownat(file, "", user, group, AT_EMPTY_PATH); }

struct rights {
    uid_t user;
    gid_t group;
    int count;
    gid_t groups[NGROUPS_MAX];
};

// Says -1 unless all of it has come about: setfsuid(2) itself reports nothing. Then `changed` says whether some of it has.
// The kernel's own setgroups, as that of the C library changes the groups of every thread.
static int act_with(const struct rights *rights, bool *changed) {
    if (syscall(SYS_setgroups, rights->count, rights->groups) != 0) return -1;
    *changed = true;
    (void)setfsgid(rights->group);
    (void)setfsuid(rights->user);
    if ((gid_t)setfsgid((gid_t)-1) == rights->group && (uid_t)setfsuid((uid_t)-1) == rights->user) return 0;
    errno = EPERM;
    return -1;
}

static int open_with(int folder, const char *name, int flags, const struct rights *other, const struct rights *own) {
    int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    bool changed = false;
    int file = act_with(other, &changed) == 0 ? openat(folder, name, flags) : -1;
    int code = errno;
    // The process must not go on with another user's rights.
    if (changed && act_with(own, &changed) != 0) abort();
    // The kernel has taken it away with the change of users; without it an arbiter that crashes leaves no core.
    if (dumpable == 1) (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    errno = code;
    return file;
}

int c_drover_open_as(int folder, const char *name, int flags, uid_t user, gid_t group, const char *account) {
    struct rights *rights = calloc(2, sizeof *rights), *own = rights + 1;
    if (!rights) return -1;
    rights->user = user;
    rights->group = group;
    rights->count = NGROUPS_MAX;
    own->user = geteuid();
    own->group = getegid();
    own->count = getgroups(NGROUPS_MAX, own->groups);
    int file = -1;
    errno = EINVAL;
    if (!account) rights->count = 0;
    if (own->count >= 0 && (!account || getgrouplist(account, group, rights->groups, &rights->count) >= 0))
        file = open_with(folder, name, flags, rights, own);
    int code = errno;
    free(rights);
    errno = code;
    return file;
}

int c_drover_lock(int file) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(file, F_OFD_SETLK, &lock);
}

// Asked as a reader: only those who may write to the file can lock readers out.
int c_drover_is_locked(int file) {
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    if (fcntl(file, F_OFD_GETLK, &lock) != 0) return -1;
    return lock.l_type == F_UNLCK ? 0 : 1;
}

int c_drover_initgroups(const char *user, gid_t group) { return initgroups(user, group); }
int c_drover_drop_groups(void) { return setgroups(0, NULL); }

// The C library has no function for it; capget(2).
static bool has_capability(int number) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    memset(data, 0, sizeof data);
    if (syscall(SYS_capget, &header, data) != 0) return geteuid() == 0;
    return data[number / 32].effective >> (number % 32) & 1;
}

bool c_drover_may_change_user(void) { return has_capability(CAP_SETUID); }
bool c_drover_may_change_group(void) { return has_capability(CAP_SETGID); }

int c_drover_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

const char *c_drover_signal_name(int number) { return sigabbrev_np(number); }

static int abort_notice = -1, abort_reply = -1, abort_patience;
static struct sigaction abort_before;

// Only what signal-safety(7) allows: the thread may hold malloc's lock, for one.
static void on_abort(int number) {
    int saved = errno;
    char byte = 1;
    struct pollfd reply = {abort_reply, POLLIN, 0};
    if (write(abort_notice, &byte, 1) == 1) (void)poll(&reply, 1, abort_patience);
    (void)sigaction(number, &abort_before, NULL);
    // What was there before may be a handler of the language's, which prints a backtrace and returns.
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, number);
    (void)pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
    (void)raise(number);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
    errno = saved;
}

int c_drover_watch_abort(int notice, int reply, int milliseconds) {
    abort_notice = notice;
    abort_reply = reply;
    abort_patience = milliseconds;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_abort;
    sigemptyset(&action.sa_mask);
    return sigaction(SIGABRT, &action, &abort_before);
}

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

// The descriptor is close-on-exec by itself.
int c_drover_open_process(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static int prepare_actions(posix_spawn_file_actions_t *actions, const char *directory, const int *inherited,
                           size_t inherited_count) {
    int code = directory ? posix_spawn_file_actions_addchdir_np(actions, directory) : 0;
    // Duplicated onto itself a descriptor only loses FD_CLOEXEC, and that in the child alone.
    for (size_t i = 0; code == 0 && i < inherited_count; i++)
        code = posix_spawn_file_actions_adddup2(actions, inherited[i], inherited[i]);
    return code;
}

int c_drover_spawn(pid_t *child, const char *path, char *const arguments[], char *const environment[],
                   const char *directory, const int *inherited, size_t inherited_count) {
    posix_spawn_file_actions_t actions;
    int code = posix_spawn_file_actions_init(&actions);
    if (code) return code;
    posix_spawnattr_t attributes;
    code = posix_spawnattr_init(&attributes);
    if (code == 0) {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        // Who was started by nohup(1) is to outlive the terminal, and so is what comes after it.
        sigdelset(&all, SIGHUP);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        code = prepare_actions(&actions, directory, inherited, inherited_count);
        if (code == 0) code = posix_spawn(child, path, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

static char *area_start;
static size_t area_size;

// The kernel lays arguments and environment out as one run of bytes. Copying the environment away first lets a
// title be longer than the arguments were, without corrupting what getenv(3) returns.
void c_drover_prepare_title(int argc, char **argv) {
    if (area_start || argc < 1 || !argv || !argv[0]) return;
    char *end = argv[0];
    for (int i = 0; i < argc; i++) {
        if (argv[i] && argv[i] == end) end = argv[i] + strlen(argv[i]) + 1;
    }
    size_t count = 0;
    while (environ[count]) count++;
    char **copy = calloc(count + 1, sizeof *copy);
    if (!copy) return;
    for (size_t i = 0; i < count; i++) {
        if (environ[i] == end) end = environ[i] + strlen(environ[i]) + 1;
        copy[i] = strdup(environ[i]);
        if (!copy[i]) return;
    }
    environ = copy;
    area_start = argv[0];
    area_size = (size_t)(end - argv[0]);
}

void c_drover_set_title(const char *title) {
    if (!area_start || area_size < 2) return;
    size_t length = strlen(title);
    if (length > area_size - 1) length = area_size - 1;
    memcpy(area_start, title, length);
    memset(area_start + length, 0, area_size - length);
}
