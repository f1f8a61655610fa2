// Passes bytes between clients and a server, each way later by a fixed time: a network with a longer round trip, on one
// machine. One thread; every piece that is read carries the time when it is due, so pieces do not wait for each other.
//
//     delay_proxy PORT SERVER_PORT DELAY_MICROSECONDS

#define _GNU_SOURCE

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PAIRS = 512, PIECE = 64 * 1024, MAX_QUEUED = 64 * 1024 * 1024 };

typedef struct piece {
    struct piece *next;
    uint64_t due;
    size_t size, sent;
    char bytes[];
} piece;

/// One direction of a connection: what was read at one end, in the order in which it is to be written at the other.
typedef struct {
    piece *first, *last;
    size_t queued;
    bool is_blocked;
} line;

/// A client's connection and the one to the server; `lines[0]` leads to the server.
typedef struct {
    int sockets[2];
    line lines[2];
} pair;

static pair pairs[MAX_PAIRS];
static int pair_count;
static uint64_t delay;
static struct sockaddr_in server = {.sin_family = AF_INET};

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void prepare(int socket) {
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void accept_client(int listener) {
    int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (client < 0) return;
    int upstream = socket(AF_INET, SOCK_STREAM, 0);
    // Connecting blocks, which takes no time on one machine.
    bool is_open = upstream >= 0 && connect(upstream, (struct sockaddr *)&server, sizeof server) == 0;
    if (!is_open || pair_count == MAX_PAIRS) {
        close(client);
        close(upstream);
        return;
    }
    prepare(client);
    prepare(upstream);
    pairs[pair_count++] = (pair){.sockets = {client, upstream}};
}

static void close_pair(int number) {
    for (int side = 0; side < 2; side++) {
        close(pairs[number].sockets[side]);
        for (piece *item = pairs[number].lines[side].first, *next; item; item = next) {
            next = item->next;
            free(item);
        }
    }
    pairs[number] = pairs[--pair_count];
}

/// Reads what has come; false if the connection is over.
static bool receive(int socket, line *line) {
    piece *item = malloc(sizeof *item + PIECE);
    ssize_t size = recv(socket, item->bytes, PIECE, MSG_DONTWAIT);
    if (size <= 0) {
        free(item);
        return size < 0 && (errno == EAGAIN || errno == EINTR);
    }
    item = realloc(item, sizeof *item + (size_t)size);
    *item = (piece){.due = now() + delay, .size = (size_t)size};
    if (line->first) line->last->next = item;
    else line->first = item;
    line->last = item;
    line->queued += (size_t)size;
    return true;
}

/// Writes what is due; false if the connection is over.
static bool deliver(int socket, line *line, uint64_t time) {
    line->is_blocked = false;
    while (line->first && line->first->due <= time) {
        piece *item = line->first;
        ssize_t size = send(socket, item->bytes + item->sent, item->size - item->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size < 0 && errno == EAGAIN) {
            line->is_blocked = true;
            return true;
        }
        if (size < 0) return false;
        item->sent += (size_t)size;
        line->queued -= (size_t)size;
        if (item->sent < item->size) continue;
        line->first = item->next;
        free(item);
    }
    return true;
}

/// Waits for the next bytes, or until the first piece is due.
static void wait_for_events(struct pollfd *events) {
    uint64_t first_due = UINT64_MAX;
    for (int number = 0; number < pair_count; number++) {
        for (int side = 0; side < 2; side++) {
            line *outgoing = &pairs[number].lines[side], *incoming = &pairs[number].lines[1 - side];
            short wanted = outgoing->queued < MAX_QUEUED ? POLLIN : 0;
            if (incoming->is_blocked) wanted |= POLLOUT;
            events[1 + 2 * number + side] = (struct pollfd){.fd = pairs[number].sockets[side], .events = wanted};
            if (outgoing->first && !outgoing->is_blocked && outgoing->first->due < first_due) {
                first_due = outgoing->first->due;
            }
        }
    }
    uint64_t time = now(), pause = first_due > time ? first_due - time : 0;
    struct timespec limit = {.tv_sec = (time_t)(pause / 1000000000u), .tv_nsec = (long)(pause % 1000000000u)};
    const struct timespec *timeout = first_due == UINT64_MAX ? NULL : &limit;
    if (ppoll(events, (nfds_t)(1 + 2 * pair_count), timeout, NULL) < 0 && errno != EINTR) fail("ppoll");
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: delay_proxy PORT SERVER_PORT DELAY_MICROSECONDS\n");
        return 64;
    }
    delay = (uint64_t)atoi(arguments[3]) * 1000;
    server.sin_port = htons((uint16_t)atoi(arguments[2]));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct sockaddr_in address = server;
    address.sin_port = htons((uint16_t)atoi(arguments[1]));
    // The kernel may otherwise wake a thread 50 microseconds late, to save power.
    if (prctl(PR_SET_TIMERSLACK, 1) != 0) fail("prctl");
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 512)) fail("listen");
    static struct pollfd events[1 + 2 * MAX_PAIRS];
    while (true) {
        events[0] = (struct pollfd){.fd = listener, .events = POLLIN};
        int polled = pair_count;
        wait_for_events(events);
        uint64_t time = now();
        // From the last on: closing a pair puts the last one in its place.
        for (int number = polled - 1; number >= 0; number--) {
            pair *pair = &pairs[number];
            bool is_open = true;
            for (int side = 0; side < 2 && is_open; side++) {
                bool is_readable = events[1 + 2 * number + side].revents & (POLLIN | POLLHUP | POLLERR);
                if (is_readable) is_open = receive(pair->sockets[side], &pair->lines[side]);
                if (is_open) is_open = deliver(pair->sockets[1 - side], &pair->lines[side], time);
            }
            if (!is_open) close_pair(number);
        }
        if (events[0].revents) accept_client(listener);
    }
}
