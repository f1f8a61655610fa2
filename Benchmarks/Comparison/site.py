"""Where everything is measured: a private server, and a proxy that makes it seem far away."""

import os
import resource
import socket
import subprocess
import tempfile
import time
import urllib.parse

from .process import PEERS, Failure, run, stop

DELAY_MICROSECONDS = 500
"""What the proxy adds each way: together a round trip within one data centre."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on; all are held until all are found, so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [item.getsockname()[1] for item in sockets]
    for item in sockets:
        item.close()
    return ports


class Site:
    """A redis-server without persistence, on a port, on an encrypted port, and behind the proxy.

    Everything goes over loopback TCP, for that is what all clients can do.
    """

    def __init__(self) -> None:
        # A server has a descriptor for each of 10,000 clients.
        _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        self.folder = tempfile.TemporaryDirectory()
        self.port, self.tls_port, self.far_port = free_ports(3)
        self.certificate = os.path.join(self.folder.name, "server.crt")
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Site":
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            stop(process)
        self.folder.cleanup()

    def start(self) -> None:
        key = os.path.join(self.folder.name, "server.key")
        make = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
        make += " -addext subjectAltName=DNS:localhost"
        run([*make.split(), "-keyout", key, "-out", self.certificate])
        server = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""]
        server += ["--dir", self.folder.name, "--maxclients", "15000", "--tcp-backlog", "4096"]
        server += ["--tls-port", str(self.tls_port), "--tls-cert-file", self.certificate, "--tls-key-file", key]
        server += ["--tls-auth-clients", "no"]
        proxy = [os.path.join(PEERS, "delay-proxy"), str(self.far_port), str(self.port), str(DELAY_MICROSECONDS)]
        for command in (server, proxy):
            self.processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        for port in (self.port, self.far_port):
            self.wait_for(port)

    def wait_for(self, port: int) -> None:
        deadline = time.monotonic() + 10
        while subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True).stdout != b"PONG\n":
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.processes):
                raise Failure(f"the private redis-server does not answer on port {port}")
            time.sleep(0.02)

    def address(self, way: str) -> int:
        """The port of a way to the server: `near`, `far` or `tls`."""
        return {"near": self.port, "far": self.far_port, "tls": self.tls_port}[way]

    def url(self, way: str) -> str:
        """The address as this library's URL; `memory` needs no server."""
        if way == "memory":
            return "memory://"
        if way == "tls":
            return f"rediss://localhost:{self.tls_port}?ssl_ca_certs={urllib.parse.quote(self.certificate)}"
        return f"redis://127.0.0.1:{self.address(way)}"

    def command(self, *arguments: str) -> str:
        return run(["redis-cli", "-p", str(self.port), *arguments])

    def clear(self) -> None:
        """Empties the server and its counters, so that no run sees what another has left."""
        self.command("flushall")
        self.command("config", "resetstat")

    def fill(self, names: list[str], value: bytes) -> None:
        """Sets keys, all to one value."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection, connection.makefile("rb") as replies:
            # Otherwise the end of a command would wait until the server acknowledges its beginning, 40 ms later.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for name in names:
                head = f"*3\r\n$3\r\nSET\r\n${len(name)}\r\n{name}\r\n${len(value)}\r\n"
                connection.sendall(head.encode() + value + b"\r\n")
                if replies.readline() != b"+OK\r\n":
                    raise Failure(f"the private redis-server did not set {name}")

    def faults(self) -> int:
        """How many reads since the last `clear` found nothing, and how many commands were answered with an error."""
        counters = dict(line.split(":", 1) for line in self.command("info", "stats").splitlines() if ":" in line)
        return int(counters["keyspace_misses"]) + int(counters["total_error_replies"])
