package main

import (
	"fmt"

	"github.com/gomodule/redigo/redis"
	goredis "gopkg.in/redis.v5"
)

// Client is what both clients can do, each in its own way.
type Client interface {
	Get(key string) ([]byte, error)
	Set(key string, value []byte) error
	GetMany(keys []string) ([][]byte, error)
	SetMany(keys []string, values [][]byte) error
}

func open(name string, port, connections int) Client {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	if name == "go-redis" {
		return goRedis{goredis.NewClient(&goredis.Options{Addr: address, PoolSize: connections})}
	}
	return redigo{&redis.Pool{
		MaxIdle: connections, MaxActive: connections, Wait: true,
		Dial: func() (redis.Conn, error) { return redis.Dial("tcp", address) },
	}}
}

type redigo struct{ pool *redis.Pool }

func (client redigo) do(command string, arguments ...any) (any, error) {
	connection := client.pool.Get()
	defer connection.Close()
	return connection.Do(command, arguments...)
}

func (client redigo) Get(key string) ([]byte, error) {
	return redis.Bytes(client.do("GET", key))
}

func (client redigo) Set(key string, value []byte) error {
	_, err := client.do("SET", key, value)
	return err
}

func (client redigo) GetMany(keys []string) ([][]byte, error) {
	return redis.ByteSlices(client.do("MGET", redis.Args{}.AddFlat(keys)...))
}

func (client redigo) SetMany(keys []string, values [][]byte) error {
	_, err := client.do("MSET", pairs(keys, values)...)
	return err
}

type goRedis struct{ client *goredis.Client }

func (client goRedis) Get(key string) ([]byte, error) {
	return client.client.Get(key).Bytes()
}

func (client goRedis) Set(key string, value []byte) error {
	return client.client.Set(key, value, 0).Err()
}

func (client goRedis) GetMany(keys []string) ([][]byte, error) {
	answers, err := client.client.MGet(keys...).Result()
	values := make([][]byte, len(answers))
	for index, answer := range answers {
		text, _ := answer.(string)
		values[index] = []byte(text)
	}
	return values, err
}

func (client goRedis) SetMany(keys []string, values [][]byte) error {
	return client.client.MSet(pairs(keys, values)...).Err()
}

func pairs(keys []string, values [][]byte) []any {
	items := make([]any, 0, 2*len(keys))
	for index := range keys {
		items = append(items, keys[index], values[index])
	}
	return items
}
