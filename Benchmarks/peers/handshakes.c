// Opens TLS connections one after the other in some threads, asks once on each, and counts: full handshakes, or such
// that resume. With -k the connections stay and are asked again and again.
//
//     handshakes PORT SECONDS THREADS full|resumed|keepalive [PATH]
//
// Prints: answers, seconds, failures, resumed.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static SSL_CTX *context;
static struct sockaddr_in address;
static char request[512];
static int resumes, stays;
static double end;
static atomic_long answers, failures, resumed;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// The last ticket that this thread has been given.
static _Thread_local SSL_SESSION *session;

static int keep(SSL *ssl, SSL_SESSION *given) {
    (void)ssl;
    if (session) SSL_SESSION_free(session);
    session = given;
    return 1;
}

static int ask(SSL *ssl) {
    char reply[8192];
    int total = 0;
    if (SSL_write(ssl, request, (int)strlen(request)) <= 0) return 0;
    for (;;) {
        int count = SSL_read(ssl, reply + total, (int)sizeof reply - 1 - total);
        if (count <= 0) return 0;
        total += count;
        reply[total] = 0;
        if (strstr(reply, "World!")) return 1;
    }
}

static int once(void) {
    int one = 1, done = 0;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    SSL *ssl = SSL_new(context);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
        SSL_set_fd(ssl, fd);
        SSL_set_tlsext_host_name(ssl, "localhost");
        if (resumes && session) SSL_set_session(ssl, session);
        if (SSL_connect(ssl) == 1) {
            if (SSL_session_reused(ssl)) resumed++;
            do {
                done = ask(ssl);
                if (done) answers++;
            } while (done && stays && now() < end);
            SSL_shutdown(ssl);
        }
    }
    if (!done) failures++;
    // The benchmark would run out of ports otherwise: no TIME_WAIT.
    struct linger abrupt = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
    SSL_free(ssl);
    close(fd);
    return done;
}

static void *run(void *unused) {
    (void)unused;
    while (now() < end) once();
    return NULL;
}

int main(int count, char **words) {
    if (count < 5) return 2;
    signal(SIGPIPE, SIG_IGN);
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)atoi(words[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    double seconds = atof(words[2]);
    int threads = atoi(words[3]);
    resumes = strcmp(words[4], "resumed") == 0;
    stays = strcmp(words[4], "keepalive") == 0;
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", count > 5 ? words[5] : "/");
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep);
    double start = now();
    end = start + seconds;
    pthread_t all[256];
    if (threads < 1 || threads > 256) return 2;
    for (int i = 0; i < threads; i++) pthread_create(&all[i], NULL, run, NULL);
    for (int i = 0; i < threads; i++) pthread_join(all[i], NULL);
    printf("%ld %.3f %ld %ld\n", (long)answers, now() - start, (long)failures, (long)resumed);
    return 0;
}
