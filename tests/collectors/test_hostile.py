"""Servers that mean harm by where they lead: names that change their mind, addresses in disguise, redirects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectors.errors import Blocked, Malformed, SourceError, Unreachable
from collectors.web import MAX_REDIRECTS, Fetcher
from settings import Settings
from tests.collectors.raw_server import behind_tls
from tests.collectors.replay import Answer, Ask, Replay
from tests.collectors.web_loopback import name_with

pytest_plugins = ["tests.collectors.loopback_fixtures"]


def port_of(server: Replay) -> str:
    return server.url.rsplit(":", 1)[1]


def strict(tmp_path: Path) -> Settings:
    """Settings of a machine in production: loopback is as forbidden as any other private network."""
    return Settings(home=tmp_path, _env_file=None)


def test_certificate_and_host_are_the_names_though_the_connection_goes_to_the_checked_address(
    settings: Settings, tmp_path: Path
) -> None:
    looked_up: list[str] = []

    def rebinding(host: str, port: int, **_: Any) -> list[Any]:
        looked_up.append(host)
        return list(name_with("127.0.0.1" if len(looked_up) == 1 else "10.0.0.1")(host, port))

    with behind_tls(lambda ask: Answer(200, ask.headers["host"]), "feeds.example", tmp_path) as made:
        server, tls, asked_for = made
        page = Fetcher(settings, pause=0, lookup=rebinding, tls=tls).fetch(
            f"https://feeds.example:{port_of(server)}/"
        )
    assert page.content == f"feeds.example:{port_of(server)}".encode()
    assert (asked_for, looked_up) == (["feeds.example"], ["feeds.example"])


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
def test_certificate_of_another_name_is_refused(settings: Settings, tmp_path: Path, host: str) -> None:
    with behind_tls(lambda ask: Answer(200, "secret"), "feeds.example", tmp_path) as (server, tls, _):
        fetcher = Fetcher(settings, pause=0, lookup=name_with("127.0.0.1"), tls=tls)
        with pytest.raises(Unreachable, match="certificate"):
            fetcher.fetch(f"https://{host}:{port_of(server)}/")
    assert server.asked == []


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "127.0.0.1", "0.0.0.0", "0", "[::1]", "[::]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "localhost", "LocalHost.", "a.localhost",
     "①②⑦.⓪.⓪.①", "127。0。0。1"],
)  # fmt: skip
def test_loopback_in_disguise_is_not_asked(tmp_path: Path, host: str) -> None:
    with Replay(lambda ask: Answer(200, "secret")) as server, pytest.raises(SourceError) as refused:
        Fetcher(strict(tmp_path), pause=0).fetch(f"http://{host}:{port_of(server)}/")
    assert server.asked == []
    assert isinstance(refused.value, Blocked | Malformed), "refused for what it is, not for want of a server"


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fd00:ec2::254", "0.0.0.0", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fec0::1", "::127.0.0.1"],
)  # fmt: skip
def test_public_name_that_leads_to_a_forbidden_address_is_not_asked(settings: Settings, address: str) -> None:
    """Also where the tests' own setting lets loopback through."""
    fetcher = Fetcher(settings, pause=0, lookup=name_with("93.184.216.34", address))
    with pytest.raises(Blocked, match="private or reserved"):
        fetcher.fetch("http://feeds.example/latest/meta-data/")
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(Blocked):
        Fetcher(settings, pause=0).fetch(f"http://{literal}/latest/meta-data/")
    assert fetcher.n_requests == 0


def test_each_hop_of_a_redirect_is_looked_up_and_checked(settings: Settings) -> None:
    hosts = {"one.example": "127.0.0.1", "two.example": "127.0.0.1", "three.example": "10.0.0.8"}
    hops = {"one.example": "two.example", "two.example": "three.example"}

    def lookup(host: str, port: int, **_: Any) -> list[Any]:
        return list(name_with(hosts[host])(host, port))

    def hop(ask: Ask) -> Answer:
        host, port = ask.headers["host"].split(":")
        return Answer(302, headers={"Location": f"//{hops[host]}:{port}/next"})

    with Replay(hop) as server, pytest.raises(Blocked, match=r"three\.example"):
        Fetcher(settings, pause=0, lookup=lookup).fetch(f"http://one.example:{port_of(server)}/")
    assert [ask.headers["host"].split(":")[0] for ask in server.asked] == ["one.example", "two.example"]


@pytest.mark.parametrize(
    "target",
    ["http://user:pass@127.0.0.1/", "http://example.org:22/", "http://example.org:0/", "dict://example.org/", "ldap://x/",
     "unix:///var/run/docker.sock", "http://[fd00:ec2::254]/", "http://2852039166/", "http://[::1", "//\x7f/"],
)  # fmt: skip
def test_redirect_that_names_something_else_is_refused_and_not_followed(
    fetcher: Fetcher, target: str
) -> None:
    away = Answer(307, headers={"Location": target})
    with Replay(lambda ask: away) as server, pytest.raises((Blocked, Malformed)):
        fetcher.fetch(server.url + "/start")
    assert fetcher.n_requests == len(server.asked) == 1


def test_redirect_loop_ends_and_is_not_tried_again(fetcher: Fetcher) -> None:
    def turn(ask: Ask) -> Answer:
        return Answer(302, headers={"Location": "/b" if ask.path == "/a" else "/a"})

    with Replay(turn) as server, pytest.raises(Blocked, match="redirects"):
        fetcher.fetch(server.url + "/a")
    assert len(server.asked) == MAX_REDIRECTS + 1
    assert dict(fetcher.log.faults) == {"redirect": 1}


def test_key_does_not_travel_to_where_a_redirect_leads(settings: Settings) -> None:
    with Replay(lambda ask: Answer(200, "{}")) as other:
        away = Answer(302, headers={"Location": f"{other.url}/x"})
        with Replay(lambda ask: away) as server:
            Fetcher(settings, pause=0).fetch(server.url, headers={"Authorization": "Bearer planted"})
    assert server.asked[0].headers["authorization"] == "Bearer planted"
    assert "authorization" not in other.asked[0].headers
