// Loads a server through C's hiredis from threads that block, each on a connection of its own; checks every value, and
// prints the figures as JSON, with the names that load-test uses.
//
//     hiredis --port 6379 --workload get --concurrency 50 --keys 10000 --value-size 100 --seconds 2 --warmup 0.5

#include <getopt.h>
#include <hiredis/hiredis.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "histogram.h"
#include "process.h"

typedef struct {
    const char *workload;
    int port, concurrency, batch, keys, value_size;
    double seconds, warmup;
} options;

/// One thread with its connection. hiredis formats requests from lists of arguments, as in a program that uses it.
typedef struct {
    const options *options;
    pthread_barrier_t *barrier;
    redisContext *connection;
    uint64_t random, operations, errors, wrong_values;
    histogram times;
    int *numbers;
    char (*names)[24];
    const char **arguments;
    size_t *lengths;
} worker;

/// Where the bytes of a value begin in one block of bytes that look random: values of different keys differ.
enum { OFFSETS = 4096 };
static char *block;

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

static const char *value_of(int key) {
    return block + (uint32_t)key * 2654435761u % OFFSETS;
}

/// The values of all keys, each in memory of its own: a program has them already when it stores them.
static char *values;

static char *made_value_of(const options *options, int key) {
    return values + (size_t)key * (size_t)options->value_size;
}

static void make_values(const options *options) {
    values = malloc((size_t)options->keys * (size_t)options->value_size);
    if (values == NULL) fail("no memory for the values");
    for (int key = 0; key < options->keys; key++) {
        memcpy(made_value_of(options, key), value_of(key), (size_t)options->value_size);
    }
}

/// Writes the arguments of a command for the keys in `numbers`.
static int prepare(worker *self, const char *command, bool has_values, int count) {
    int argument = 1;
    self->arguments[0] = command;
    self->lengths[0] = strlen(command);
    for (int item = 0; item < count; item++) {
        self->arguments[argument] = self->names[item];
        int key = self->numbers[item];
        self->lengths[argument++] = (size_t)snprintf(self->names[item], sizeof *self->names, "key:%d", key);
        if (!has_values) continue;
        self->arguments[argument] = made_value_of(self->options, key);
        self->lengths[argument++] = (size_t)self->options->value_size;
    }
    return argument;
}

static void check_value(worker *self, const redisReply *reply, int key) {
    size_t size = (size_t)self->options->value_size;
    bool is_right = reply->type == REDIS_REPLY_STRING && reply->len == size && !memcmp(reply->str, value_of(key), size);
    if (!is_right) self->wrong_values++;
}

static void check(worker *self, const redisReply *reply, bool is_read, int count) {
    if (reply->type == REDIS_REPLY_ERROR) {
        self->errors++;
    } else if (!is_read) {
        if (reply->type != REDIS_REPLY_STATUS) self->wrong_values++;
    } else if (reply->type == REDIS_REPLY_ARRAY) {
        if (reply->elements != (size_t)count) self->wrong_values++;
        for (int item = 0; item < (int)reply->elements && item < count; item++) {
            check_value(self, reply->element[item], self->numbers[item]);
        }
    } else {
        check_value(self, reply, self->numbers[0]);
    }
}

/// Runs one command; a reply that is not what it should be is counted.
static void operate(worker *self, const char *command, bool is_read, int count) {
    int arguments = prepare(self, command, !is_read, count);
    uint64_t start = now();
    redisReply *reply = redisCommandArgv(self->connection, arguments, self->arguments, self->lengths);
    if (reply == NULL) fail(self->connection->errstr);
    record(&self->times, now() - start);
    self->operations++;
    check(self, reply, is_read, count);
    freeReplyObject(reply);
}

static void work(worker *self, double seconds) {
    const options *options = self->options;
    const char *commands[] = {"get", "set", "mget", "mset"};
    const char *command = NULL;
    for (int index = 0; index < 4; index++) {
        if (strcmp(options->workload, commands[index]) == 0) command = commands[index];
    }
    if (command == NULL) fail("no such workload");
    bool is_many = command[0] == 'm', is_read = strstr(command, "get") != NULL;
    int count = is_many ? options->batch : 1;
    uint64_t end = now() + (uint64_t)(seconds * 1e9);
    while (now() < end) {
        for (int item = 0; item < count; item++) {
            self->numbers[item] = (int)(next_random(&self->random) % (uint64_t)options->keys);
        }
        operate(self, command, is_read, count);
    }
}

static void *run_worker(void *argument) {
    worker *self = argument;
    work(self, self->options->warmup);
    self->operations = 0;
    memset(&self->times, 0, sizeof self->times);
    pthread_barrier_wait(self->barrier);  // The warm-up of all is over.
    pthread_barrier_wait(self->barrier);  // The main thread has taken the time.
    work(self, self->options->seconds);
    pthread_barrier_wait(self->barrier);
    return NULL;
}

static void set_up(worker *self, const options *options, pthread_barrier_t *barrier, int number) {
    *self = (worker){.options = options, .barrier = barrier, .random = 0x9e3779b97f4a7c15u * (uint64_t)(number + 1)};
    self->connection = redisConnect("127.0.0.1", options->port);
    if (self->connection == NULL || self->connection->err) fail("cannot connect");
    self->numbers = calloc((size_t)options->batch, sizeof *self->numbers);
    self->names = calloc((size_t)options->batch, sizeof *self->names);
    self->arguments = calloc(2 * (size_t)options->batch + 1, sizeof *self->arguments);
    self->lengths = calloc(2 * (size_t)options->batch + 1, sizeof *self->lengths);
}

static void fill(worker *self) {
    for (int key = 0; key < self->options->keys; key++) {
        self->numbers[0] = key;
        operate(self, "set", false, 1);
    }
}

static options read_options(int count, char **arguments) {
    options result = {.workload = "get", .concurrency = 1, .batch = 1, .keys = 10000, .value_size = 100, .seconds = 2};
    const struct option known[] = {
        {"port", 1, 0, 'p'}, {"workload", 1, 0, 'w'}, {"concurrency", 1, 0, 'c'}, {"batch", 1, 0, 'b'},
        {"keys", 1, 0, 'k'}, {"value-size", 1, 0, 'v'}, {"seconds", 1, 0, 's'}, {"warmup", 1, 0, 'u'}, {0},
    };
    for (int option; (option = getopt_long(count, arguments, "", known, NULL)) != -1;) {
        switch (option) {
        case 'p': result.port = atoi(optarg); break;
        case 'w': result.workload = optarg; break;
        case 'c': result.concurrency = atoi(optarg); break;
        case 'b': result.batch = atoi(optarg); break;
        case 'k': result.keys = atoi(optarg); break;
        case 'v': result.value_size = atoi(optarg); break;
        case 's': result.seconds = atof(optarg); break;
        case 'u': result.warmup = atof(optarg); break;
        default: exit(64);
        }
    }
    return result;
}

static void print_report(const worker *workers, const options *options, double seconds, double processor_time) {
    static histogram times;
    uint64_t operations = 0, errors = 0, wrong_values = 0;
    for (int number = 0; number < options->concurrency; number++) {
        add(&times, &workers[number].times);
        operations += workers[number].operations;
        errors += workers[number].errors;
        wrong_values += workers[number].wrong_values;
    }
    printf("{\"operations\": %lu, \"errors\": %lu, \"wrong_values\": %lu, ", operations, errors, wrong_values);
    printf("\"seconds\": %.3f, \"ops_per_second\": %.1f, ", seconds, (double)operations / seconds);
    printf("\"client_cpu_us_per_op\": %.3f, ", operations ? processor_time / (double)operations : 0.0);
    printf("\"max_rss_mb\": %.1f, ", peak_memory() / 1e6);
    printf("\"latency_us\": {\"p50\": %.1f, \"p90\": %.1f, ", quantile(&times, 0.5), quantile(&times, 0.9));
    printf("\"p99\": %.1f, \"p999\": %.1f, ", quantile(&times, 0.99), quantile(&times, 0.999));
    printf("\"max\": %.1f}}\n", (double)times.longest / 1000);
}

int main(int count, char **arguments) {
    options options = read_options(count, arguments);
    block = malloc((size_t)options.value_size + OFFSETS);
    uint64_t random = 1;
    for (int index = 0; index < options.value_size + OFFSETS; index++) block[index] = (char)next_random(&random);
    make_values(&options);

    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, (unsigned)options.concurrency + 1);
    worker *workers = calloc((size_t)options.concurrency, sizeof *workers);
    pthread_t *threads = calloc((size_t)options.concurrency, sizeof *threads);
    for (int number = 0; number < options.concurrency; number++) set_up(&workers[number], &options, &barrier, number);
    fill(&workers[0]);
    for (int number = 0; number < options.concurrency; number++) {
        if (pthread_create(&threads[number], NULL, run_worker, &workers[number])) fail("cannot start a thread");
    }
    pthread_barrier_wait(&barrier);
    double processor_time = processor_microseconds();
    uint64_t start = now();
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    double seconds = (double)(now() - start) / 1e9;
    print_report(workers, &options, seconds, processor_microseconds() - processor_time);
    return 0;
}
