"""Which network addresses Postura may connect to: public ones only, checked after the name is resolved.

A feed or a page can name any host, and a public name can point into a private network. The fetcher connects to the
very address that was checked here, so that a name cannot change its mind between the check and the connection.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable
from typing import Any

from collectors.errors import Blocked, Unreachable

Lookup = Callable[..., list[tuple[Any, ...]]]
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # Azure's metadata service, on an address that counts as public
        "192.0.0.0/24",  # protocol assignments, Oracle's metadata service among them
        "64:ff9b:1::/48",  # NAT64 within a network
        "5f00::/16",
        "fec0::/10",  # site-local, the private networks of before fc00::/7
    )
)
"""What `is_global` of one Python version or another lets through."""

_LOCAL_NAMES = ("local", "localhost", "internal", "intranet", "lan", "home.arpa", "onion", "invalid")
"""Ends of names that never stand for a public server (RFC 6761, 6762, 8375, 7686): they are not even looked up."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MOST_ADDRESSES = 4


class NameNotResolved(Unreachable):
    """A host name has no address, or no name server answered. Not worth a second try within the run."""


class NameTimedOut(NameNotResolved):
    """No name server answered in time: a sign that there is no network."""


def public_addresses(
    host: str, port: int, *, allow_loopback: bool, seconds: float, lookup: Lookup = socket.getaddrinfo
) -> list[str]:
    """Return the addresses of `host` to try in turn, IPv4 first.

    Raises Blocked when any of them is not public: a name with one private address is not trusted for the others.
    Raises NameNotResolved or NameTimedOut.
    """
    if not allow_loopback and is_local_name(host):
        raise Blocked(f"{host}: refused, because this name stands for a private network")
    found: list[str] = []
    for family, *_, sockaddr in _look_up(host, port, seconds, lookup):
        if family in (socket.AF_INET, socket.AF_INET6) and sockaddr[0] not in found:
            found.append(sockaddr[0])
    if not found:
        raise NameNotResolved(f"{host}: the name has no address")
    for address in found:
        if not is_allowed(address, allow_loopback=allow_loopback):
            raise Blocked(f"{host}: refused, because this name leads into a private or reserved network")
    found.sort(key=lambda address: ":" in address)  # many machines have no IPv6 route; the sort is stable
    return found[:_MOST_ADDRESSES]


def is_local_name(host: str) -> bool:
    """Return whether a host name is one of a private network by its end, whatever it resolves to."""
    name = host.lower().rstrip(".")
    return any(name == end or name.endswith(f".{end}") for end in _LOCAL_NAMES)


def is_allowed(address: str, *, allow_loopback: bool) -> bool:
    """Return whether a connection to this IP address may be made."""
    try:
        ip = _embedded(ipaddress.ip_address(address))
    except ValueError:
        return False
    if ip.is_loopback:
        return allow_loopback
    if any(ip in network for network in _NEVER):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _embedded(ip: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 one stands for (mapped, NAT64, 6to4, Teredo), or the address itself."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.teredo is not None:
        return ip.teredo[1]
    return ip.ipv4_mapped or ip.sixtofour or ip


def _look_up(host: str, port: int, seconds: float, lookup: Lookup) -> list[tuple[Any, ...]]:
    """Return what the resolver says, within `seconds`: `getaddrinfo` itself takes no time limit."""
    answer: queue.SimpleQueue[list[tuple[Any, ...]] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(lookup(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError, ValueError) as error:
            answer.put(error)

    threading.Thread(target=ask, daemon=True, name="postura-name-lookup").start()
    try:
        result = answer.get(timeout=seconds)
    except queue.Empty:
        raise NameTimedOut(
            f"{host}: no name server answered within {seconds:g} s; check the network"
        ) from None
    if isinstance(result, Exception):
        raise NameNotResolved(
            f"{host}: the name cannot be resolved; check the address and the network"
        ) from result
    return result
