/* hiredis's reader on the bytes of a file, for Benchmarks/reader.py.
 *
 *     reader FILE REPLIES [MILLISECONDS]
 *
 * Reads the file's replies again and again, in pieces of 16 KiB, as much as hiredis reads from a socket at once, and
 * frees each reply. Prints the median of 9 samples in nanoseconds for a reply. Fails unless the file holds so many.
 */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PIECE = 16 << 10, SAMPLES = 9 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void fail(const char *reason) {
    fprintf(stderr, "reader: %s\n", reason);
    exit(1);
}

/* Reads the whole stream once and returns how many replies it held. */
static long read_stream(redisReader *reader, const char *bytes, size_t count) {
    long replies = 0;
    for (size_t offset = 0; offset < count; offset += PIECE) {
        size_t piece = count - offset < PIECE ? count - offset : PIECE;
        if (redisReaderFeed(reader, bytes + offset, piece) != REDIS_OK) fail(reader->errstr);
        for (;;) {
            void *reply = NULL;
            if (redisReaderGetReply(reader, &reply) != REDIS_OK) fail(reader->errstr);
            if (reply == NULL) break;
            freeReplyObject(reply);
            replies++;
        }
    }
    return replies;
}

static int compare(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv) {
    if (argc < 3) fail("usage: reader FILE REPLIES [MILLISECONDS]");
    FILE *file = fopen(argv[1], "rb");
    if (file == NULL) fail("cannot open the file");
    fseek(file, 0, SEEK_END);
    size_t count = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(count);
    if (bytes == NULL || fread(bytes, 1, count, file) != count) fail("cannot read the file");
    fclose(file);

    long expected = atol(argv[2]);
    double sample = (argc > 3 ? atof(argv[3]) : 20) * 1e6;
    redisReader *reader = redisReaderCreate();
    if (read_stream(reader, bytes, count) != expected) fail("not as many replies as were named");

    double figures[SAMPLES];
    for (int index = 0; index < SAMPLES; index++) {
        long replies = 0;
        double start = now(), end;
        do {
            replies += read_stream(reader, bytes, count);
            end = now();
        } while (end - start < sample);
        figures[index] = (end - start) / (double)replies;
    }
    qsort(figures, SAMPLES, sizeof figures[0], compare);
    printf("%.2f\n", figures[SAMPLES / 2]);
    redisReaderFree(reader);
    free(bytes);
    return 0;
}
