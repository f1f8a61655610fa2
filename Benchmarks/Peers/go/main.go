// Loads a server through one of Go's clients from goroutines, checks every value, and prints the figures as JSON, with
// the names that load-test uses. Each goroutine may have a connection of its own, which it takes from the client's pool
// for each call.
//
//	go-worker -client redigo -port 6379 -workload get -concurrency 50 -seconds 2 -warmup 0.5
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"
)

var (
	clientName  = flag.String("client", "redigo", "redigo or go-redis")
	port        = flag.Int("port", 6379, "")
	workload    = flag.String("workload", "get", "get, set, mget or mset")
	concurrency = flag.Int("concurrency", 50, "goroutines")
	batch       = flag.Int("batch", 1, "keys in one operation of mget and mset")
	keys        = flag.Int("keys", 10000, "")
	valueSize   = flag.Int("value-size", 100, "")
	seconds     = flag.Float64("seconds", 2, "")
	warmup      = flag.Float64("warmup", 0.5, "")
)

var (
	names  []string
	values [][]byte
)

// counts is what one goroutine has done.
type counts struct {
	times       []time.Duration
	errors      int
	wrongValues int
	firstError  string
}

func work(client Client, random *rand.Rand, duration float64) (result counts) {
	size := 1
	if *workload == "mget" || *workload == "mset" {
		size = *batch
	}
	numbers, chosen, wanted := make([]int, size), make([]string, size), make([][]byte, size)
	end := time.Now().Add(time.Duration(duration * 1e9))
	for time.Now().Before(end) {
		for index := range numbers {
			number := random.Intn(*keys)
			chosen[index], wanted[index] = names[number], values[number]
		}
		start := time.Now()
		answer, err := call(client, chosen, wanted)
		if err != nil {
			result.errors++
			result.firstError = err.Error()
			continue
		}
		result.times = append(result.times, time.Since(start))
		if !isRight(answer, wanted) {
			result.wrongValues++
		}
	}
	return result
}

func call(client Client, chosen []string, wanted [][]byte) ([][]byte, error) {
	switch *workload {
	case "get":
		value, err := client.Get(chosen[0])
		return [][]byte{value}, err
	case "set":
		return nil, client.Set(chosen[0], wanted[0])
	case "mget":
		return client.GetMany(chosen)
	default:
		return nil, client.SetMany(chosen, wanted)
	}
}

func isRight(answer, wanted [][]byte) bool {
	if *workload == "set" || *workload == "mset" {
		return true
	}
	if len(answer) != len(wanted) {
		return false
	}
	for index := range answer {
		if !bytes.Equal(answer[index], wanted[index]) {
			return false
		}
	}
	return true
}

// run works in all goroutines at once and adds up what they did.
func run(client Client, duration float64) (sum counts) {
	var group sync.WaitGroup
	parts := make([]counts, *concurrency)
	for number := range parts {
		group.Add(1)
		go func(number int) {
			defer group.Done()
			parts[number] = work(client, rand.New(rand.NewSource(int64(number))), duration)
		}(number)
	}
	group.Wait()
	for _, part := range parts {
		sum.times = append(sum.times, part.times...)
		sum.errors += part.errors
		sum.wrongValues += part.wrongValues
		if part.firstError != "" {
			sum.firstError = part.firstError
		}
	}
	return sum
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// peakMemory is the most resident memory in bytes. Getrusage would count that of the program which started this one.
func peakMemory() (bytes float64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		var kilobytes float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f", &kilobytes); err == nil {
			bytes = kilobytes * 1024
		}
	}
	return bytes
}

func main() {
	flag.Parse()
	block := make([]byte, *valueSize+4096)
	rand.New(rand.NewSource(1)).Read(block)
	for number := 0; number < *keys; number++ {
		start := number * 2654435761 % 4096
		names = append(names, fmt.Sprintf("key:%d", number))
		values = append(values, block[start:start+*valueSize])
	}
	client := open(*clientName, *port, *concurrency)
	for number := range names {
		if err := client.Set(names[number], values[number]); err != nil {
			fmt.Fprintln(os.Stderr, "go-worker:", err)
			os.Exit(1)
		}
	}
	run(client, *warmup)
	before := processorTime()
	start := time.Now()
	sum := run(client, *seconds)
	elapsed := time.Since(start).Seconds()
	after, memory := processorTime(), peakMemory()
	sort.Slice(sum.times, func(one, other int) bool { return sum.times[one] < sum.times[other] })
	quantile := func(share float64) float64 {
		if len(sum.times) == 0 {
			return 0
		}
		return float64(sum.times[int(share*float64(len(sum.times)-1))]) / 1e3
	}
	operations := float64(len(sum.times))
	report := map[string]any{
		"operations": len(sum.times), "errors": sum.errors, "wrong_values": sum.wrongValues,
		"first_error": sum.firstError, "seconds": elapsed, "ops_per_second": operations / elapsed,
		"client_cpu_us_per_op": float64(after-before) / 1e3 / operations, "max_rss_mb": memory / 1e6,
		"latency_us": map[string]float64{
			"p50": quantile(0.5), "p90": quantile(0.9), "p99": quantile(0.99), "p999": quantile(0.999), "max": quantile(1),
		},
	}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		panic(err)
	}
}
