"""A Masthead behind a reverse proxy that runs as docs/operating.md says."""

import os
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.api import PASSWORD
from tests.cli.conftest import environment
from tests.waiting import PATIENCE, until

OPERATING = Path(__file__).parents[2] / "docs/operating.md"
SECONDS = 2
"""How long caches keep public answers. The shortest time in which a second request surely comes."""


@dataclass
class Site:
    """The API at the root of a host, and beneath `/api` of another."""

    root: str
    beneath: str
    plain: str
    """The same host as `root`, without TLS; empty if there is none."""
    masthead: str
    """Without the proxy."""
    database_url: str
    tls: ssl.SSLContext
    stack: ExitStack = field(default_factory=ExitStack)

    def client(self, base: str, *, role: str | None = None, source: str = "127.0.0.1") -> httpx.Client:
        """A client of an address, as a user, or as nobody, from this address of the machine."""
        transport = httpx.HTTPTransport(verify=self.tls, local_address=source)
        client = httpx.Client(base_url=base, transport=transport, timeout=PATIENCE)
        client.headers["accept-encoding"] = "identity"
        self.stack.enter_context(client)
        if role:
            form = {"username": role, "password": PASSWORD}
            token = client.post(f"{base}/auth/token", data=form).raise_for_status().json()["access_token"]
            client.headers["authorization"] = f"Bearer {token}"
        return client


@contextmanager
def running(proxy: str, program: Path, database_url: str, folder: Path) -> Iterator[Site]:
    ports = dict(zip(("masthead", "root", "beneath", "plain"), _free_ports(4), strict=True))
    tls = _certificate(folder / "ssl")
    configure = {"nginx": _nginx, "caddy": _caddy}[proxy]
    settings = {"database_url": database_url, "trusted_proxies": "127.0.0.1", "cdn": str(SECONDS)}
    serve = [sys.executable, "-m", "app", "serve", "--port", str(ports["masthead"])]
    with (
        ExitStack() as stack,
        _process(serve, ports["masthead"], folder / "masthead.log", environment(**settings)),
        _process(configure(program, folder, ports), ports["root"], folder / f"{proxy}.log", _home(folder)),
    ):
        yield Site(
            root=f"https://127.0.0.1:{ports['root']}",
            beneath=f"https://127.0.0.1:{ports['beneath']}/api",
            plain=f"http://127.0.0.1:{ports['plain']}" if proxy == "nginx" else "",
            masthead=f"http://127.0.0.1:{ports['masthead']}",
            database_url=database_url,
            tls=tls,
            stack=stack,
        )


def documented(language: str) -> list[str]:
    """The configurations in the documentation, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", OPERATING.read_text(), re.DOTALL | re.MULTILINE)


def _replaced(text: str, **by: Any) -> str:
    """The text with each of these replaced, all of which it must have."""
    for old, new in by.items():
        assert old in text, old
        text = text.replace(old, str(new))
    return text


def _nginx(program: Path, folder: Path, ports: dict[str, int]) -> list[str]:
    snippet, site, location = documented("nginx")
    (folder / "snippets").mkdir()
    (folder / "cache").mkdir()
    (folder / "snippets/masthead.conf").write_text(snippet)
    site = _replaced(
        site,
        **{
            "/var/cache/nginx": folder / "cache",
            "/etc/ssl": folder / "ssl",
            "127.0.0.1:8000": f"127.0.0.1:{ports['masthead']}",
            "listen 443": f"listen 127.0.0.1:{ports['root']}",
            "listen 80": f"listen 127.0.0.1:{ports['plain']}",
        },
    )
    (buffers,) = re.findall("large_client_header_buffers .*;", site)
    temporary = "\n".join(
        f"{name}_temp_path {folder}/temporary-{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"""
        {"user root;" if os.geteuid() == 0 else ""}
        daemon off;
        pid {folder}/nginx.pid;
        error_log {folder}/error.log;
        events {{}}
        http {{
            access_log off;
            {temporary}
            {site}
            server {{
                listen 127.0.0.1:{ports["beneath"]} ssl;
                ssl_certificate {folder}/ssl/example.org.pem;
                ssl_certificate_key {folder}/ssl/example.org.key;
                {buffers}
                {location}
            }}
        }}
        """
    )
    return [str(program), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def _caddy(program: Path, folder: Path, ports: dict[str, int]) -> list[str]:
    (text,) = documented("caddyfile")
    text = _replaced(
        text,
        **{
            "127.0.0.1:8000": f"127.0.0.1:{ports['masthead']}",
            "/etc/ssl": folder / "ssl",
            "\nnewsletter.example.org {": f"\nhttps://127.0.0.1:{ports['root']} {{",
            "\nexample.org {": f"\nhttps://127.0.0.1:{ports['beneath']} {{",
        },
    )
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + text)
    return [str(program), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def _home(folder: Path) -> dict[str, str]:
    """An environment in which a program keeps its files in the folder."""
    return {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}


@contextmanager
def _process(command: list[str], port: int, log: Path, environment: dict[str, str]) -> Iterator[None]:
    """Run a server until it answers on its port, and end it afterwards."""
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=environment, cwd=log.parent)
    try:
        until(lambda: process.poll() is not None or _answers(port), log.read_text)
        assert process.poll() is None, log.read_text()
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


def _certificate(folder: Path) -> ssl.SSLContext:
    """Write a self-signed certificate under both names of the documentation; gives the context that accepts it."""
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for host in ("newsletter.example.org", "example.org"):
        (folder / f"{host}.pem").write_bytes(pem)
        (folder / f"{host}.key").write_bytes(private)
    return ssl.create_default_context(cadata=pem.decode())
