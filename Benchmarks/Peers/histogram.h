// Counts latencies in buckets at most 1/64 wide of their size, up to 9 s, in a fixed amount of memory.

#pragma once

#include <stdint.h>

enum { SUB_BUCKETS = 64, BUCKETS = SUB_BUCKETS * 29 };

typedef struct {
    uint64_t counts[BUCKETS];
    uint64_t total;
    uint64_t longest;
} histogram;

/// The bucket of a number of nanoseconds: its highest bit and the 6 bits behind it.
static inline int bucket_of(uint64_t time) {
    if (time < SUB_BUCKETS) return (int)time;
    int shift = 63 - __builtin_clzll(time) - 6;
    int bucket = (shift + 1) * SUB_BUCKETS + (int)((time >> shift) - SUB_BUCKETS);
    return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

/// The middle of a bucket.
static inline double middle_of(int bucket) {
    if (bucket < SUB_BUCKETS) return bucket;
    int shift = bucket / SUB_BUCKETS - 1;
    return ((double)(SUB_BUCKETS + bucket % SUB_BUCKETS) + 0.5) * (double)(1ull << shift);
}

static inline void record(histogram *times, uint64_t time) {
    times->counts[bucket_of(time)]++;
    times->total++;
    if (time > times->longest) times->longest = time;
}

static inline void add(histogram *sum, const histogram *part) {
    for (int bucket = 0; bucket < BUCKETS; bucket++) sum->counts[bucket] += part->counts[bucket];
    sum->total += part->total;
    if (part->longest > sum->longest) sum->longest = part->longest;
}

/// The time below which the given share of all times lies, in microseconds.
static inline double quantile(const histogram *times, double share) {
    double rank = share * (double)times->total;
    uint64_t seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        seen += times->counts[bucket];
        if (times->counts[bucket] > 0 && (double)seen >= rank) return middle_of(bucket) / 1000;
    }
    return 0;
}
