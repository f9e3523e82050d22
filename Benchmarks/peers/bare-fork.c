/* Microseconds of fork + exit + wait, one line each: bare-fork COUNT [KIB], with so many KiB of its own touched. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
    int count = argc > 1 ? atoi(argv[1]) : 100;
    size_t bytes = argc > 2 ? (size_t)atol(argv[2]) * 1024 : 0;
    if (bytes > 0) {
        char *own = malloc(bytes);
        if (!own) return 1;
        memset(own, 1, bytes);
    }
    double *taken = malloc(sizeof(double) * (size_t)count);
    if (!taken) return 1;
    for (int i = 0; i < count; i++) {
        double began = micros();
        pid_t child = fork();
        if (child == 0) _exit(0);
        if (child < 0 || waitpid(child, NULL, 0) != child) return 1;
        taken[i] = micros() - began;
    }
    for (int i = 0; i < count; i++) printf("%.1f\n", taken[i]);
    return 0;
}
