/* Calls `sum` on long connections: rpc-load PORT CONNECTIONS SECONDS WINDOW, with so many calls in progress on each.
   Prints calls, seconds, bytes received, and wrong answers. One thread, epoll; what one piece of input has answered is
   called anew in one send. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 4096, WINDOW = 128, ROOM = 32768 };

struct link {
    int fd;
    int number;
    int filled;
    char input[ROOM];
};

static struct link links[MOST];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* Cheaper than printf(3), which would be a tenth of what is measured. */
static char *put_number(char *end, int number) {
    char digits[12];
    int count = 0;
    do digits[count++] = '0' + number % 10;
    while ((number /= 10) > 0);
    while (count > 0) *end++ = digits[--count];
    return end;
}

static char *put(char *end, const char *text) {
    size_t length = strlen(text);
    memcpy(end, text, length);
    return end + length;
}

static void call(struct link *link, int count) {
    static char text[WINDOW * 96];
    char *end = text;
    while (count-- > 0) {
        int number = link->number = (link->number + 1) % 1000000;
        end = put(end, "{\"jsonrpc\":\"2.0\",\"method\":\"sum\",\"params\":[");
        end = put(put_number(end, number), ",7],\"id\":");
        end = put(put_number(end, number), "}\n");
    }
    if (send(link->fd, text, end - text, MSG_NOSIGNAL) != end - text) fail("send");
}

/* The number behind the member, which the line holds, with a space before it or without; -1 if there is none. */
static int member(const char *line, const char *end, const char *name) {
    const char *place = memmem(line, end - line, name, strlen(name));
    return place ? atoi(place + strlen(name)) : -1;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    int count = atoi(argv[2]), window = atoi(argv[4]), poller = epoll_create1(0);
    if (count < 1 || count > MOST || window < 1 || window > WINDOW) return 2;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int index = 0; index < count; index++) {
        struct link *link = &links[index];
        int one = 1;
        link->fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(link->fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
        setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(link->fd, F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};
        epoll_ctl(poller, EPOLL_CTL_ADD, link->fd, &event);
    }
    long calls = 0, bytes = 0, wrong = 0;
    double start = now(), end = start + atof(argv[3]);
    for (int index = 0; index < count; index++) call(&links[index], window);
    while (now() < end) {
        struct epoll_event events[64];
        int found = epoll_wait(poller, events, 64, 100);
        for (int index = 0; index < found; index++) {
            struct link *link = &links[events[index].data.u32];
            ssize_t got = recv(link->fd, link->input + link->filled, ROOM - link->filled, 0);
            if (got < 0 && errno == EAGAIN) continue;
            if (got <= 0) {
                fprintf(stderr, "the server has ended a connection\n");
                return 1;
            }
            bytes += got;
            link->filled += got;
            char *line = link->input, *filled = link->input + link->filled, *stop;
            int answered = 0;
            while ((stop = memchr(line, '\n', filled - line))) {
                int id = member(line, stop, "\"id\":");
                wrong += id < 0 || member(line, stop, "\"result\":") != id + 7;
                answered++;
                line = stop + 1;
            }
            link->filled = filled - line;
            memmove(link->input, line, link->filled);
            calls += answered;
            if (answered) call(link, answered);
        }
    }
    printf("%ld %.6f %ld %ld\n", calls, now() - start, bytes, wrong);
    return 0;
}
