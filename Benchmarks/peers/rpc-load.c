/* Calls `sum` on long connections: rpc-load PORT CONNECTIONS SECONDS WINDOW [FORM [RATE]], with so many calls in progress
   on each, in JSON lines or, where FORM is msgpack, in MessagePack-RPC. Prints calls, seconds, bytes received, and wrong
   answers. One thread, epoll; what one piece of input has answered is called anew in one send.
   With a RATE it begins that many calls a second, one at a time on each connection, and prints as well the median and the
   99th percentile in microseconds from the moment at which a call was due, whether or not a connection was free then. */
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

enum { MOST = 4096, WINDOW = 128, ROOM = 32768, SAMPLES = 1 << 22 };

struct link {
    int fd;
    int number;
    int filled;
    double due;
    char input[ROOM];
};

static struct link links[MOST];
static int is_packed;

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

static char *put_packed(char *end, int number) {
    const unsigned char form[5] = {0xCE, number >> 24, number >> 16, number >> 8, number};
    memcpy(end, form, 5);
    return end + 5;
}

static void call(struct link *link, int count) {
    static char text[WINDOW * 96];
    char *end = text;
    while (count-- > 0) {
        int number = link->number = (link->number + 1) % 1000000;
        if (is_packed) {
            memcpy(end, "\x94\0", 2);
            end = put_packed(end + 2, number);
            memcpy(end, "\xA3sum\x93\x80", 6);
            end = put_packed(end + 6, number);
            *end++ = 7;
            continue;
        }
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

/* Reads a whole number in any of MessagePack's unsigned forms; the place behind it, or null if it is not all there. */
static const char *take_packed(const char *place, const char *end, long *number) {
    const unsigned char *byte = (const unsigned char *)place;
    if (place == end) return NULL;
    if (*byte < 0x80) {
        *number = *byte;
        return place + 1;
    }
    int size = *byte >= 0xCC && *byte <= 0xCF ? 1 << (*byte - 0xCC) : 0;
    if (size == 0 || end - place <= size) return NULL;
    *number = 0;
    for (int index = 1; index <= size; index++) *number = *number << 8 | byte[index];
    return place + 1 + size;
}

/* Looks at the answer that the bytes begin with; the place behind it, or null if it is not all there. */
static char *answer(char *start, char *end, long *wrong) {
    if (!is_packed) {
        char *stop = memchr(start, '\n', end - start);
        if (!stop) return NULL;
        int id = member(start, stop, "\"id\":");
        *wrong += id < 0 || member(start, stop, "\"result\":") != id + 7;
        return stop + 1;
    }
    long id = 0, result = 0;
    if (end - start < 5) return NULL;
    if (memcmp(start, "\x94\x01", 2) != 0) {
        fprintf(stderr, "this is no answer\n");
        exit(1);
    }
    const char *place = take_packed(start + 2, end, &id);
    if (!place || place == end) return NULL;
    int failed = *(const unsigned char *)place != 0xC0;
    place = take_packed(place + 1, end, &result);
    if (!place) return NULL;
    *wrong += failed || result != id + 7;
    return (char *)place;
}

static int by_size(const void *one, const void *other) {
    float difference = *(const float *)one - *(const float *)other;
    return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv) {
    static float samples[SAMPLES];
    static int idle[MOST];
    if (argc < 5 || argc > 7) return 2;
    int count = atoi(argv[2]), window = atoi(argv[4]), poller = epoll_create1(0), idle_count = 0;
    double rate = argc > 6 ? atof(argv[6]) : 0;
    is_packed = argc > 5 && strcmp(argv[5], "msgpack") == 0;
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
    long calls = 0, bytes = 0, wrong = 0, sampled = 0, begun = 0;
    double start = now(), end = start + atof(argv[3]);
    for (int index = 0; index < count; index++) {
        if (rate > 0) idle[idle_count++] = index;
        else call(&links[index], window);
    }
    for (double moment = start; moment < end; moment = now()) {
        int patience = 100;
        if (rate > 0) {
            while (idle_count > 0 && start + begun / rate <= moment) {
                struct link *link = &links[idle[--idle_count]];
                link->due = start + begun++ / rate;
                call(link, 1);
            }
            /* Less than a millisecond is waited for without sleeping. */
            double rest = (start + begun / rate - moment) * 1000;
            patience = idle_count == 0 ? 100 : rest < 0 ? 0 : (int)rest;
        }
        struct epoll_event events[64];
        int found = epoll_wait(poller, events, 64, patience);
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
            char *place = link->input, *filled = link->input + link->filled, *next;
            int answered = 0;
            while ((next = answer(place, filled, &wrong))) {
                answered++;
                place = next;
            }
            link->filled = filled - place;
            memmove(link->input, place, link->filled);
            calls += answered;
            if (!answered) continue;
            if (rate > 0) {
                idle[idle_count++] = link - links;
                if (sampled < SAMPLES) samples[sampled++] = (now() - link->due) * 1e6;
            } else {
                call(link, answered);
            }
        }
    }
    printf("%ld %.6f %ld %ld", calls, now() - start, bytes, wrong);
    if (sampled > 0) {
        qsort(samples, sampled, sizeof *samples, by_size);
        printf(" %.1f %.1f", samples[sampled / 2], samples[sampled * 99 / 100]);
    }
    printf("\n");
    return 0;
}
