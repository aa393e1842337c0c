"""What a workstation takes for its hub: over real TLS, with certificates made here."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from hub import tls
from hub.serve import listen, make_server
from storage.central.connection import Store
from storage.pins import is_pin
from storage.sync.client import HubClient
from storage.sync.failures import HubAddressError, HubRefused, HubUnavailable, HubUntrusted
from storage.sync.trust import Trust
from tests.hub.world import PASSWORD, fill

OTHER_PIN = "sha256/" + "A" * 43 + "="


@dataclass
class Authority:
    """A certificate authority of one's own."""

    folder: Path

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
        self.file = self.folder / "ca.pem"
        made = self._made(self.name, self.key.public_key(), ca=True)
        self.file.write_bytes(made.public_bytes(Encoding.PEM))

    def _made(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, ca: bool, host: str = ""
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def certificate(self, host: str) -> tuple[Path, Path]:
        """A server's certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        made = self._made(subject, key.public_key(), ca=False, host=host)
        cert, private = self.folder / f"{host}.pem", self.folder / f"{host}-key.pem"
        cert.write_bytes(made.public_bytes(Encoding.PEM))
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return cert, private


@dataclass
class Served:
    port: int
    ca: str
    pin: str
    other_ca: str

    def client(self, *pins: str, ca: str | None = None, host: str = "localhost") -> HubClient:
        return HubClient(f"https://{host}:{self.port}", Trust(ca=self.ca if ca is None else ca, pins=pins))


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("tls")
    (folder / "other").mkdir()
    cert, key = (authority := Authority(folder)).certificate("localhost")
    path = folder / "central.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{path}")
    fill(store)
    listening = listen("127.0.0.1", 0)
    server = make_server(store, "127.0.0.1", tls_cert=cert, tls_key=key)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    port = int(listening.getsockname()[1])
    yield Served(port, str(authority.file), tls.pin(cert), str(Authority(folder / "other").file))
    server.stop()
    thread.join(10)
    store.close()


def sign_in(client: HubClient) -> str:
    async def once() -> str:
        try:
            return (await client.sign_in("agent1", PASSWORD, "d")).user.name
        finally:
            await client.close()

    return asyncio.run(once())


def requests_seen(served: Served) -> int:
    """How many sign-ins reached the hub."""

    async def metrics() -> str:
        client = served.client()
        try:
            return (await client._http.get("/metrics")).text
        finally:
            await client.close()

    return sum(
        int(line.rpartition(" ")[2].partition(".")[0])
        for line in asyncio.run(metrics()).splitlines()
        if line.startswith("agent_tui_requests_total") and 'route="/v1/session"' in line
    )


def test_an_own_authority_and_the_right_pin_open(served: Served) -> None:
    assert is_pin(served.pin)
    assert sign_in(served.client()) == "agent1"
    assert sign_in(served.client(OTHER_PIN, served.pin)) == "agent1"


def test_another_key_authority_or_name_is_sent_nothing(served: Served) -> None:
    before = requests_seen(served)
    for client in (
        served.client(OTHER_PIN),
        served.client(ca=""),
        served.client(ca=served.other_ca),
        served.client(served.pin, ca=served.other_ca),
        served.client(host="127.0.0.1"),
    ):
        with pytest.raises(HubUntrusted):
            sign_in(client)
    assert requests_seen(served) == before


def test_no_hub_at_all_is_no_matter_of_trust() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(HubUnavailable) as caught:
        sign_in(HubClient(f"https://localhost:{port}"))
    assert not isinstance(caught.value, HubUntrusted)


@pytest.mark.parametrize(
    ("trust", "says"), [(Trust(ca="/nowhere.pem"), "nowhere"), (Trust(pins=("md5/abc",)), "md5/abc")]
)
def test_trust_that_can_not_be_is_said_at_once(trust: Trust, says: str) -> None:
    with pytest.raises(HubAddressError, match=says):
        HubClient("https://hub.example", trust)


@pytest.mark.parametrize(
    ("oldest", "newest", "ciphers", "fits"),
    [
        (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3, "", True),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "", True),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "AES128-SHA", False),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA256", False),
        (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0", False),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_which_tls_the_hub_speaks(
    served: Served, oldest: ssl.TLSVersion, newest: ssl.TLSVersion, ciphers: str, fits: bool
) -> None:
    context = ssl.create_default_context(cafile=served.ca)
    context.minimum_version, context.maximum_version = oldest, newest
    if ciphers:
        context.set_ciphers(ciphers)
    with socket.create_connection(("127.0.0.1", served.port)) as peer:
        try:
            context.wrap_socket(peer, server_hostname="localhost").close()
        except ssl.SSLError:
            assert not fits
        else:
            assert fits


def test_a_revoked_or_asked_for_code_comes_through(served: Served) -> None:
    async def wrong() -> str:
        client = served.client()
        try:
            await client.sign_in("agent1", "not this one", "d")
        except HubRefused as error:
            return error.code
        finally:
            await client.close()
        return ""

    assert asyncio.run(wrong()) == "bad_credentials"
