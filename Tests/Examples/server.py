"""The private `redis-server` that the examples run against, in the place of the one that they name."""

import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, NamedTuple


class Server(NamedTuple):
    """A running redis-server, and what stands for it in the examples."""

    port: int
    tls_port: int
    authority: Path

    def put_into(self, text: str) -> str:
        text = text.replace("localhost:6379", f"localhost:{self.port}").replace("port: 6380", f"port: {self.tls_port}")
        text = text.replace("localhost:6380", f"localhost:{self.tls_port}")
        return text.replace("/etc/ssl/redis-ca.crt", str(self.authority))

    def empty(self) -> None:
        subprocess.run(["redis-cli", "-p", str(self.port), "FLUSHALL"], check=True, stdout=subprocess.DEVNULL)


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that is its own authority, and its key."""
    certificate, key = folder / "server.crt", folder / "server.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@contextmanager
def redis(folder: Path) -> Iterator[Server]:
    """A redis-server, plain and over TLS, for as long as the context lasts."""
    port, tls_port = free_ports(2)
    certificate, key = make_certificate(folder)
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    command += ["--tls-port", str(tls_port), "--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
    command += ["--tls-auth-clients", "no"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        log = []
        for line in server.stdout:
            log.append(line)
            if "eady to accept connections" in line:
                break
        else:
            raise RuntimeError("redis-server did not start:\n" + "".join(log))
        yield Server(port, tls_port, certificate)
    finally:
        server.terminate()
        server.wait()
