// What Swift cannot import from the C library: function-like macros, variadic calls, fork(2), and a few
// structures whose layout hides behind unions. GNU extensions stay in CDrover.c: defined here, _GNU_SOURCE would give
// the same structures two shapes, ours and that of Swift's own Glibc module.
#pragma once

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// MARK: Wait status macros, wait(2)

static inline bool c_drover_exited(int status) { return WIFEXITED(status); }
static inline int c_drover_exit_code(int status) { return WEXITSTATUS(status); }
static inline bool c_drover_signaled(int status) { return WIFSIGNALED(status); }
static inline int c_drover_termination_signal(int status) { return WTERMSIG(status); }
static inline bool c_drover_stopped(int status) { return WIFSTOPPED(status); }
static inline bool c_drover_continued(int status) { return WIFCONTINUED(status); }
static inline bool c_drover_dumped_core(int status) { return WCOREDUMP(status); }

static inline int c_drover_errno(void) { return errno; }
char **c_drover_environment(void);

// MARK: Calls that Swift marks unavailable or cannot pass variadic arguments to

static inline pid_t c_drover_fork(void) { return fork(); }
static inline int c_drover_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int c_drover_set_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
static inline int c_drover_dup_cloexec(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 3); }
static inline int c_drover_set_flags(int fd, int command, int flags) { return fcntl(fd, command, flags); }
static inline int c_drover_get_flags(int fd, int command) { return fcntl(fd, command); }

// Ends no call and runs nothing: for a thread that must not come back to Swift, pause(2).
_Noreturn static inline void c_drover_rest_for_ever(void) {
    for (;;) pause();
}

static inline void c_drover_ignore_signal(int number) { signal(number, SIG_IGN); }
static inline bool c_drover_ignores_signal(int number) {
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}
static inline int c_drover_kernel_signal_code(void) { return SI_KERNEL; }
bool c_drover_may_change_user(void);
bool c_drover_may_change_group(void);

// MARK: epoll with the 64-bit word instead of the union, epoll_ctl(2)

static inline int c_drover_epoll_ctl(int epoll, int operation, int fd, uint32_t events, uint64_t word) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = word;
    return epoll_ctl(epoll, operation, fd, &event);
}
static inline uint64_t c_drover_epoll_word(const struct epoll_event *event) { return event->data.u64; }
static inline uint32_t c_drover_epoll_events(const struct epoll_event *event) { return event->events; }

// MARK: Sockets

static inline ssize_t c_drover_recv(int fd, void *buffer, size_t count) { return recv(fd, buffer, count, 0); }
static inline ssize_t c_drover_send(int fd, const void *buffer, size_t count) {
    return send(fd, buffer, count, MSG_NOSIGNAL);
}
// Whatever the flags of the open file are, which others share.
static inline ssize_t c_drover_send_at_once(int fd, const void *buffer, size_t count) {
    return send(fd, buffer, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}
// More follows at once, so the kernel may wait for it; MSG_MORE, send(2).
static inline ssize_t c_drover_send_more(int fd, const void *buffer, size_t count) {
    return send(fd, buffer, count, MSG_NOSIGNAL | MSG_MORE);
}
// Two pieces leave in one call: the gathered output and a large body that was never copied into it.
static inline ssize_t c_drover_send_two(int fd, const void *first, size_t first_count, const void *second,
                                        size_t second_count) {
    struct iovec pieces[2] = {{(void *)first, first_count}, {(void *)second, second_count}};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = pieces;
    message.msg_iovlen = 2;
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}
// See "Kernel TLS" in the kernel's documentation.
static inline int c_drover_seal(int fd) { return setsockopt(fd, IPPROTO_TCP, TCP_ULP, "tls", 3); }
static inline int c_drover_bind(int fd, const struct sockaddr *address, socklen_t length) {
    return bind(fd, address, length);
}
static inline int c_drover_connect(int fd, const struct sockaddr *address, socklen_t length) {
    return connect(fd, address, length);
}
static inline int c_drover_stream_flags(void) { return SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC; }
static inline int c_drover_local_address(int fd, struct sockaddr_storage *address, socklen_t *length) {
    return getsockname(fd, (struct sockaddr *)address, length);
}
static inline int c_drover_datagram_flags(void) { return SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC; }
static inline int c_drover_send_to(int fd, const void *buffer, size_t count, const struct sockaddr *address,
                                   socklen_t length) {
    return sendto(fd, buffer, count, MSG_NOSIGNAL, address, length) < 0 ? -1 : 0;
}
int c_drover_accept(int fd, struct sockaddr_storage *address, socklen_t *length);
int c_drover_pipe(int ends[2]);
int c_drover_peer_user(int fd, uint32_t *user);
int c_drover_accept_queue_length(int fd, uint32_t *length);

int c_drover_steer_reuseport(int fd, uint32_t count);
int c_drover_unsteer_reuseport(int fd);

// MARK: Processes

int c_drover_affinity_count(void);
int c_drover_initgroups(const char *user, gid_t group);
int c_drover_drop_groups(void);
int c_drover_no_new_privileges(void);
const char *c_drover_signal_name(int number);
int c_drover_open_process(pid_t pid);
// A thread that is sent SIGABRT writes into `notice` and waits for `reply` before it dies.
int c_drover_watch_abort(int notice, int reply, int milliseconds);
// Returns an error number, or 0 and the child's id.
int c_drover_spawn(pid_t *child, const char *path, char *const arguments[], char *const environment[],
                   const char *directory, const int *inherited, size_t inherited_count);

// MARK: Files

// Memory with a descriptor; a program that is executed gets it only if it is passed on purpose. memfd_create(2)
int c_drover_memory_file(const char *name);

// Opens a file for reading, and fails with EXDEV where the path or a link in it leads out of the folder.
int c_drover_open_beneath(int root, const char *path);
// A folder as a place to start from; it need not be readable.
int c_drover_open_folder(const char *path);
// The folder of this name, which is no link.
int c_drover_enter_folder(int folder, const char *name);
static inline int c_drover_open_unlinked(int folder, const char *name) {
    return openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
}
static inline int c_drover_open_at(int folder, const char *name, int flags, mode_t mode) {
    return openat(folder, name, flags, mode);
}
// What the name itself means, a link too, as something to ask about; it is not opened.
int c_drover_look_at(int folder, const char *name);
// Opens with another user's rights and groups (those of the account, if there is one), and has its own again afterwards.
int c_drover_open_as(int folder, const char *name, int flags, uid_t user, gid_t group, const char *account);
// Changes the owner of what c_drover_look_at has found.
int c_drover_give(int file, uid_t user, gid_t group);
// A lock on the open file, which ends with the last descriptor of it; F_OFD_SETLK in fcntl(2).
int c_drover_lock(int file);
// 1 if another open file has such a lock, 0 if none has, -1 where it cannot be told.
int c_drover_is_locked(int file);
static inline bool c_drover_is_link(const struct stat *status) { return S_ISLNK(status->st_mode); }
static inline bool c_drover_is_pipe(const struct stat *status) { return S_ISFIFO(status->st_mode); }
static inline bool c_drover_is_regular(const struct stat *status) { return S_ISREG(status->st_mode); }
static inline bool c_drover_is_folder(const struct stat *status) { return S_ISDIR(status->st_mode); }
static inline bool c_drover_is_socket(const struct stat *status) { return S_ISSOCK(status->st_mode); }

// MARK: Process title

// Writes the title over the argument area, where ps(1) and /proc/PID/cmdline read it.
void c_drover_set_title(const char *title);
// Remembers where the argument area is and moves the environment out of its way; once, before any other thread exists.
void c_drover_prepare_title(int argc, char **argv);
