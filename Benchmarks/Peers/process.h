// The clock, and what this process has used.

#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static inline void fail(const char *what) {
    fprintf(stderr, "hiredis: %s\n", what);
    exit(1);
}

static inline uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static inline double processor_microseconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1e6 * (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
        (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/// The most resident memory in bytes. getrusage would count that of the program which started this one.
static inline double peak_memory(void) {
    FILE *status = fopen("/proc/self/status", "r");
    if (status == NULL) fail("cannot read /proc/self/status");
    char line[256];
    double kilobytes = 0;
    while (fgets(line, sizeof line, status)) {
        if (strncmp(line, "VmHWM:", 6) == 0) kilobytes = atof(line + 6);
    }
    fclose(status);
    return kilobytes * 1024;
}
