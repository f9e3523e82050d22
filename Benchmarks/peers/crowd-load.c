/* Opens connections, says so, waits for a line, and then asks on each again as soon as it has its answer:
 * crowd-load PORT CONNECTIONS ASKING SECONDS. Who does not ask stays open.
 * It says how many answers there were and waits again, because closing so many costs the server too. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char REQUEST[] = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";
static const char END[] = "Hello, World!";
static char buffer[4096];

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void ask(int client) {
    if (send(client, REQUEST, sizeof REQUEST - 1, MSG_NOSIGNAL) != sizeof REQUEST - 1) fail("crowd-load: send");
}

/* So small an answer comes in one piece or is not the one that was expected. */
static void take(int client) {
    ssize_t count = recv(client, buffer, sizeof buffer, 0);
    size_t end = sizeof END - 1;
    if (count < (ssize_t)end || memcmp(buffer + count - end, END, end) != 0) fail("crowd-load: no whole answer");
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int connections = atoi(argv[2]), asking = atoi(argv[3]), poller = epoll_create1(0);
    int *clients = calloc((size_t)connections, sizeof(int));
    if (!clients || asking > connections || poller < 0) return 2;
    for (int i = 0; i < connections; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (clients[i] < 0) fail("crowd-load: socket");
        if (connect(clients[i], (struct sockaddr *)&address, sizeof address)) fail("crowd-load: connect");
        ask(clients[i]);
        take(clients[i]);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = clients[i]};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, clients[i], &event)) fail("crowd-load: epoll_ctl");
    }
    puts("open");
    fflush(stdout);
    if (!fgets(buffer, sizeof buffer, stdin)) return 1;

    long answers = 0, expected = asking;
    double end = seconds() + atof(argv[4]), last = end + 10;
    /* Spread over all of them, so that whichever ask are not all of one worker. */
    for (int i = 0; i < asking; i++) ask(clients[(long)i * connections / asking]);
    while (expected > 0) {
        struct epoll_event events[256];
        int count = epoll_wait(poller, events, 256, 1000);
        double now = seconds();
        if (count < 0 || now > last) fail("crowd-load: answers are missing");
        for (int i = 0; i < count; i++) {
            take(events[i].data.fd);
            answers++;
            if (now < end) ask(events[i].data.fd);
            else expected--;
        }
    }
    printf("%ld\n", answers);
    fflush(stdout);
    return fgets(buffer, sizeof buffer, stdin) ? 0 : 1;
}
