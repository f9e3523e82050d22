/* Receives and discards, one connection after the other, and answers how much it was: bare-sink PORT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    static char buffer[65536];
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argc > 1 ? argv[1] : "0"))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 8)) {
        perror("bare-sink");
        return 1;
    }
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        long long total = 0;
        ssize_t count;
        while ((count = recv(client, buffer, sizeof buffer, 0)) > 0) total += count;
        char text[32];
        int length = snprintf(text, sizeof text, "%lld\n", total);
        if (write(client, text, (size_t)length) != length) perror("bare-sink");
        close(client);
    }
}
