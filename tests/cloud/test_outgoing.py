"""The one way out to addresses that somebody named."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from pimentachat.cloud import outgoing
from pimentachat.cloud.outgoing import AddressRefused, Answered, AnswerTooLong, Outgoing, OutgoingFailed, TookTooLong
from tests.stranger import Received, Says, Stranger, stranger

NOT_PUBLIC = [
    "127.0.0.1",
    "127.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0",
    "0.0.0.0",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.64.0.1",
    "192.0.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[2002:7f00:1::]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2001:0:53aa:64c:0:fffe:80ff:fffe]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "172.32.0.1",
    "192.169.0.1",
    "2606:4700:4700::1111",
    "2002:808:808::",
    "64:ff9b::808:808",
]


@pytest.fixture
def elsewhere() -> Iterator[Stranger]:
    with stranger() as found:
        yield found


def asks(server: Stranger, path: str = "/", **more: Any) -> Answered:
    return outgoing.send(Outgoing(f"{server.url}{path}", **more), allowed={server.host})


@pytest.fixture
def never_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("it was connected to")

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.mark.usefixtures("never_connected")
@pytest.mark.parametrize("host", NOT_PUBLIC)
@pytest.mark.parametrize("address", ["http://{}/", "https://{}:8443/x?y", "http://user:pass@{}/"])
def test_what_is_not_public_is_never_connected_to(host: str, address: str) -> None:
    with pytest.raises((AddressRefused, OutgoingFailed)) as refused:
        outgoing.send(Outgoing(address.format(host)))
    assert not isinstance(refused.value.__cause__, AssertionError)


@pytest.mark.parametrize("host", [host for host in NOT_PUBLIC if host[-1] in "0123456789" or host[0] == "["])
def test_why_it_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused):
        outgoing.send(Outgoing(f"http://{host}/"))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert outgoing.is_public(address)


@pytest.mark.usefixtures("never_connected")
@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "/x",
        "//example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://a",
        "http://",
        "http:///x",
        "http://[::1",
        "http://a:99999/",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(AddressRefused):
        outgoing.send(Outgoing(url))


@pytest.mark.usefixtures("never_connected")
def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(AddressRefused):
        outgoing.send(Outgoing("http://example.org/"))


def test_a_name_is_resolved_once_and_that_address_is_connected_to(
    elsewhere: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers differently the second time gets nowhere."""
    port, asked = int(elsewhere.host.rpartition(":")[2]), []

    def resolves(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolves)
    monkeypatch.setattr(outgoing, "is_public", lambda address: len(asked) == 1)
    elsewhere.answers["/"] = Says(b"here")
    assert outgoing.send(Outgoing("http://example.org/")).body == b"here"
    assert asked == ["example.org"]
    assert elsewhere.received[0].headers["host"] == "example.org"


def test_an_answer(elsewhere: Stranger) -> None:
    elsewhere.answers["/hook"] = Says(b"\xff thanks", 201, {"X-Name": "Bob"})
    answer = asks(elsewhere, "/hook?a=%20b#part", method="POST", body=b"{}", headers={"Content-Type": "text/x"})
    assert (answer.status, answer.body, answer.headers["x-name"]) == (201, b"\xff thanks", "Bob")
    assert answer.url.startswith(elsewhere.url)
    [received] = elsewhere.received
    assert (received.method, received.path, received.body) == ("POST", "/hook?a=%20b", b"{}")
    assert received.headers["content-type"] == "text/x"
    assert received.headers["user-agent"] == "pimentaCHAT"
    assert received.headers["accept-encoding"] == "identity"


def test_a_login_in_the_address(elsewhere: Stranger) -> None:
    outgoing.send(Outgoing(f"http://bob:secret@{elsewhere.host}/"), allowed={elsewhere.host})
    assert elsewhere.received[0].headers["authorization"] == "Basic Ym9iOnNlY3JldA=="


@pytest.mark.parametrize("named", ["127.0.0.1", "with its port"])
def test_hosts_that_may_be_anywhere(elsewhere: Stranger, named: str) -> None:
    host = elsewhere.host if named == "with its port" else named
    assert outgoing.send(Outgoing(elsewhere.url), allowed={host}).status == 404
    with pytest.raises(AddressRefused):
        outgoing.send(Outgoing(elsewhere.url), allowed={"127.0.0.2", "127.0.0.1:1"})


@pytest.mark.usefixtures("workspace")
def test_the_hosts_are_a_setting(setting: Any) -> None:
    from pimentachat import workspace
    from pimentachat.store import table

    with table.request_view():
        assert workspace.current().hosts_anywhere == set()
    setting("SSRF_Allowlist", "Hooks.Example.org, 127.0.0.1:8080 ,")
    with table.request_view():
        assert workspace.current().hosts_anywhere == {"hooks.example.org", "127.0.0.1:8080"}


def to(address: str, status: int = 302) -> Says:
    return Says(status=status, headers={"location": address})


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "PUT", "GET"),
        (307, "POST", "POST"),
        (308, "PUT", "PUT"),
        (302, "HEAD", "HEAD"),
    ],
)
def test_redirects(elsewhere: Stranger, status: int, method: str, then: str) -> None:
    elsewhere.answers = {"/a/b": to("../c?d", status), "/c": Says(b"there")}
    answer = asks(elsewhere, "/a/b", method=method, body=b"x", headers={"content-type": "text/x", "Authorization": "k"})
    assert answer.url == f"{elsewhere.url}/c?d"
    last = elsewhere.received[-1]
    kept = then == method != "HEAD"
    assert (last.method, last.body) == (then, b"x" if kept or method == "HEAD" else b"")
    assert ("content-type" in last.headers) == (then == method)
    assert last.headers["authorization"] == "k"


def test_a_redirect_inwards_is_refused(elsewhere: Stranger) -> None:
    for target in ("http://127.0.0.2/", "//169.254.169.254/latest", "http://[::1]/", "file:///etc/passwd"):
        elsewhere.answers["/"] = to(target)
        with pytest.raises(AddressRefused):
            asks(elsewhere)


def test_logins_do_not_follow_to_another_host(elsewhere: Stranger) -> None:
    with stranger() as other:
        elsewhere.answers["/"] = to(f"{other.url}/next", 307)
        request = Outgoing(elsewhere.url, headers={"Authorization": "k", "Cookie": "c", "X-More": "m"})
        outgoing.send(request, allowed={"127.0.0.1"})
        assert {"authorization", "cookie", "x-more"} & other.received[0].headers.keys() == {"x-more"}


def test_every_address_can_be_looked_at(elsewhere: Stranger) -> None:
    elsewhere.answers = {"/": to("/next"), "/next": to("/secret"), "/secret": Says(b"there")}
    seen = []

    def check(url: str) -> None:
        seen.append(url.removeprefix(elsewhere.url))
        if url.endswith("/secret"):
            raise OutgoingFailed("Not this one")

    with pytest.raises(OutgoingFailed, match="Not this one"):
        outgoing.send(Outgoing(f"{elsewhere.url}/"), allowed={elsewhere.host}, check=check)
    assert seen == ["/", "/next", "/secret"]
    assert [received.path for received in elsewhere.received] == ["/", "/next"]


def test_redirects_end(elsewhere: Stranger) -> None:
    elsewhere.answers["/"] = to("/")
    with pytest.raises(OutgoingFailed, match="redirects"):
        asks(elsewhere)
    assert len(elsewhere.received) == 6
    assert asks(elsewhere, redirects=0).status == 302


def test_the_answer_has_a_size(elsewhere: Stranger) -> None:
    elsewhere.answers["/"] = Says(b"x" * 200_000)
    assert len(asks(elsewhere, bytes_most=200_000).body) == 200_000
    with pytest.raises(AnswerTooLong):
        asks(elsewhere, bytes_most=199_999)
    assert asks(elsewhere, bytes_most=1000, cut=True).body == b"x" * 1000


def test_what_is_compressed_is_not_unpacked(elsewhere: Stranger) -> None:
    elsewhere.answers["/"] = Says(b"\x1f\x8b", headers={"content-encoding": "gzip"})
    with pytest.raises(OutgoingFailed):
        asks(elsewhere)


@pytest.mark.parametrize("seconds", [0.05, 60])
def test_an_answer_that_drips_ends(elsewhere: Stranger, seconds: float) -> None:
    """One that sends a byte now and then, and one that hangs."""
    elsewhere.answers["/"] = Says(b"x" * 10_000, drips=seconds)
    begun = time.monotonic()
    with pytest.raises(TookTooLong):
        asks(elsewhere, seconds=0.4)
    assert time.monotonic() - begun < 5


def test_headers_that_drip_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(TookTooLong):
        outgoing.send(Outgoing(f"http://127.0.0.1:{server.getsockname()[1]}/", seconds=0.3), allowed={"127.0.0.1"})


def test_who_does_not_speak_http(elsewhere: Stranger) -> None:
    with pytest.raises(OutgoingFailed):
        outgoing.send(Outgoing(f"https://{elsewhere.host}/"), allowed={"127.0.0.1"})
    with pytest.raises(OutgoingFailed):
        outgoing.send(Outgoing("http://127.0.0.1:9/"), allowed={"127.0.0.1"})


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"roses\r\n\r\n",
        b"HTTP/1.1 many OK\r\n\r\n",
        b"HTTP/1.1 " + b"2" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\na: " + b"b" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nroses\r\n",
        b"HTTP/1.1 302 Found\r\nlocation: http://[::1\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nlocation: http://\xff\xfe/\r\n\r\n",
    ],
    ids=lambda answer: answer[:40].decode("latin-1").strip() or "nothing",
)
def test_answers_that_are_none(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        serving = threading.Thread(target=serve)
        serving.start()
        with pytest.raises(OutgoingFailed):
            outgoing.send(Outgoing(f"http://127.0.0.1:{server.getsockname()[1]}/"), allowed={"127.0.0.1"})
        serving.join()


def certificate_of(host: str, folder: Path) -> Path:
    """A file with a key and a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    signed = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False).sign(key, SHA256())
    kept = folder / "certificate.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    kept.write_bytes(secret + signed.public_bytes(Encoding.PEM))
    return kept


def test_certificates_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = certificate_of("example.org", tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with stranger(tls) as elsewhere:
        elsewhere.answers["/"] = Says(b"here")
        place = ("127.0.0.1", int(elsewhere.host.rpartition(":")[2]))
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        ours, other = (Outgoing(f"https://{host}/") for host in ("example.org", "example.com"))
        named = {"example.org", "example.com"}
        with pytest.raises(OutgoingFailed):
            outgoing.send(ours, allowed=named)
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(outgoing, "_tls", lambda: trusting)
        assert outgoing.send(ours, allowed=named).body == b"here"
        with pytest.raises(OutgoingFailed):
            outgoing.send(other, allowed=named)
        assert len(elsewhere.received) == 1


@pytest.mark.parametrize("headers", [{"x": "a\r\nb: c"}, {"x\n": "a"}])
def test_headers_cannot_be_broken(elsewhere: Stranger, headers: dict[str, str]) -> None:
    with pytest.raises(OutgoingFailed):
        asks(elsewhere, headers=headers)
    assert elsewhere.received == []


def test_a_request_can_be_answered_by_what_it_says(elsewhere: Stranger) -> None:
    def echo(received: Received) -> Says:
        return Says(received.body[::-1])

    elsewhere.answers["/"] = echo
    assert asks(elsewhere, method="PUT", body=b"abc").body == b"cba"
