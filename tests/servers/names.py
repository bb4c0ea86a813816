"""A name server on this machine: real packets over UDP, with the records that a test gives it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

HOST = "127.0.0.1"


@contextmanager
def name_server(
    records: dict[str, list[str]], *, silent: bool = False
) -> Iterator[tuple[str, int]]:
    """Where it listens. A name without records does not exist; a ``silent`` one answers nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind((HOST, 0))

        def serve() -> None:
            while True:
                packet, asker = door.recvfrom(4096)
                if packet == b"":
                    return
                if not silent:
                    door.sendto(_answer(packet, records), asker)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = door.getsockname()
        yield address
        door.sendto(b"", address)
        thread.join(5)


def _answer(packet: bytes, records: dict[str, list[str]]) -> bytes:
    asked = dns.message.from_wire(packet)
    answer = dns.message.make_response(asked)
    answer.flags |= dns.flags.RA
    name = asked.question[0].name
    found = records.get(name.to_text(omit_final_dot=True))
    if found is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif found:
        quoted = [" ".join(f'"{part}"' for part in _parts(text)) for text in found]
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
    return answer.to_wire()


def _parts(text: str) -> list[str]:
    """As records are kept: in strings of 255 octets at most."""
    return [text[start : start + 255] for start in range(0, len(text), 255)]
