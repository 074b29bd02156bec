"""Where a request may go: public addresses only, also behind a name and behind a redirect."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.addresses import is_allowed, public_addresses
from collectors.errors import Blocked, Malformed, SourceError, Unreachable
from collectors.web import Fetcher
from settings import Settings
from tests.collectors.replay import Answer, Replay
from tests.collectors.web_loopback import name_with

pytest_plugins = ["tests.collectors.loopback_fixtures"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200",
        "168.63.129.16", "224.0.0.1", "255.255.255.255", "192.0.0.192", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1",
        "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2001:0:0:0:0:0:80ff:fffe", "not an address", "",
    ],
)  # fmt: skip
def test_private_reserved_and_metadata_addresses_are_refused(address: str) -> None:
    assert not is_allowed(address, allow_loopback=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address, allow_loopback=False)


@pytest.mark.parametrize("address", ["10.0.0.8", "169.254.169.254", "fe80::1", "::ffff:192.168.0.1"])
def test_the_tests_setting_lets_loopback_through_and_nothing_else(address: str) -> None:
    assert is_allowed("127.0.0.1", allow_loopback=True)
    assert is_allowed("::1", allow_loopback=True)
    assert not is_allowed(address, allow_loopback=True)


def test_a_name_with_one_private_address_is_refused_altogether() -> None:
    lookup = name_with("93.184.216.34", "10.1.2.3")
    with pytest.raises(Blocked, match="private or reserved"):
        public_addresses("mixed.example", 443, allow_loopback=False, seconds=2, lookup=lookup)


def test_addresses_are_tried_ipv4_first() -> None:
    found = public_addresses(
        "both.example",
        443,
        allow_loopback=False,
        seconds=2,
        lookup=name_with("2606:2800:220:1::1", "93.184.216.34"),
    )
    assert found == ["93.184.216.34", "2606:2800:220:1::1"]


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_other_spellings_of_loopback_are_refused(tmp_path: Any, host: str) -> None:
    settings = Settings(home=tmp_path, _env_file=None)
    with pytest.raises((Blocked, Unreachable, Malformed)):
        Fetcher(settings, pause=0).fetch(f"http://{host}:9/")


def test_loopback_is_refused_without_the_tests_setting(tmp_path: Any) -> None:
    settings = Settings(home=tmp_path, _env_file=None)
    with Replay(lambda ask: Answer(200, "secret")) as server:
        with pytest.raises(Blocked):
            Fetcher(settings, pause=0).fetch(server.url)
        assert server.asked == []


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[fe80::1]/", "file:///etc/passwd", "ftp://x/",
     "gopher://127.0.0.1/", "javascript:alert(1)"],
)  # fmt: skip
def test_a_redirect_into_forbidden_territory_is_refused(fetcher: Fetcher, target: str) -> None:
    with Replay(lambda ask: Answer(302, headers={"Location": target})) as server, pytest.raises(Blocked):
        fetcher.fetch(server.url + "/start")
    assert fetcher.n_requests == 1


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/x", "data:text/html,hi", "feed.xml", "//x/y"]
)
def test_only_http_addresses_are_fetched(fetcher: Fetcher, url: str) -> None:
    with pytest.raises((Blocked, Malformed)):
        fetcher.fetch(url)
    assert fetcher.n_requests == 0


@pytest.mark.parametrize("url", ["http://", "http://exa mple.org/\x00", "http://[::1/", "http://x:99999/"])
def test_a_broken_address_is_malformed_and_no_crash(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(SourceError):
        fetcher.fetch(url)


def test_the_connection_goes_to_the_address_that_was_checked(settings: Settings) -> None:
    calls: list[str] = []

    def rebinding(host: str, port: int, **_: Any) -> list[Any]:
        calls.append(host)
        address = "127.0.0.1" if len(calls) == 1 else "10.0.0.1"
        return name_with(address)(host, port)

    with Replay(lambda ask: Answer(200, ask.headers["host"])) as server:
        port = server.url.rsplit(":", 1)[1]
        page = Fetcher(settings, pause=0, lookup=rebinding).fetch(f"http://feeds.example:{port}/a")
    assert page.content == f"feeds.example:{port}".encode()
    assert calls == ["feeds.example"]
