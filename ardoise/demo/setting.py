"""The demo's folder, ports, keys and environments: each process gets its own and no more."""

import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from shared.base.errors import ArdoiseError
from shared.base.vault import format_key, new_key

MARK = "demo.mark"
PEOPLE_FILE = "people.json"
HOST = "127.0.0.1"
OFFICE_HOST = "localhost"  # the same machine, by a name: browsers bind no passkey to a number


class DemoError(ArdoiseError):
    """The demo can't start; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demo's processes answer, on this machine only."""

    portal: int
    backoffice: int
    sandbox: int
    smtp: int

    def check_free(self) -> None:
        """Raises DemoError naming the first port that is taken."""
        for name, port in (
            ("PORTAL", self.portal),
            ("BACKOFFICE", self.backoffice),
            ("SANDBOX", self.sandbox),
        ):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((HOST, port))
                except OSError:
                    raise DemoError(
                        f"Port {port} is taken: stop what uses it, or set ARDOISE_{name}_PORT."
                    ) from None


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def fresh_folder(folder: Path) -> Path:
    """Empty the demo's own folder. Raises DemoError for a folder that holds something else."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise DemoError(f"{folder} holds something else: name another with ARDOISE_DEMO_DIR.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # it holds every key and login of the demo
    (folder / MARK).write_text("Made by `ardoise demo`, emptied at each start.\n")
    return folder


@dataclass(frozen=True, slots=True, repr=False)
class Environments:
    """What each process finds in its environment."""

    shared: dict[str, str]
    gateway: dict[str, str]
    portal_only: dict[str, str]
    sealing: dict[str, str]
    backoffice_only: dict[str, str]
    worker_only: dict[str, str]
    sandbox: dict[str, str]

    @property
    def portal(self) -> dict[str, str]:
        """No master key, no vendor."""
        return self.shared | self.gateway | self.portal_only

    @property
    def backoffice(self) -> dict[str, str]:
        """Master keys, neither vendor nor card processor."""
        return self.shared | self.sealing | self.backoffice_only

    @property
    def worker(self) -> dict[str, str]:
        """Everything but what serves pages: master keys, the worker's own, vendors."""
        return self.shared | self.gateway | self.sealing | self.worker_only

    @property
    def operator(self) -> dict[str, str]:
        """The command line: what the worker has, and the back-office's settings."""
        return self.worker | self.backoffice_only


def environments(folder: Path, ports: Ports) -> Environments:
    """Fresh keys and the addresses of the demo."""
    sandbox_url = f"http://{HOST}:{ports.sandbox}"
    sms_token = secrets.token_urlsafe(18)
    return Environments(
        shared={
            "ARDOISE_DATABASE_URL": f"sqlite:///{folder.resolve() / 'ardoise.sqlite'}",
            "ARDOISE_SITE_URL": f"http://{HOST}:{ports.portal}",
            "ARDOISE_DEMO": "1",
            "ARDOISE_PROCESSOR_URL": sandbox_url,
            "ARDOISE_LINK_KEYS": format_key("demo", new_key()),
        },
        gateway={"ARDOISE_GATEWAY_KEYS": format_key("demo", new_key())},
        portal_only={"ARDOISE_PORTAL_SECRET": secrets.token_urlsafe(36)},
        sealing={
            "ARDOISE_MASTER_KEYS": format_key("demo", new_key()),
            "ARDOISE_INDEX_KEY": secrets.token_urlsafe(36),
        },
        backoffice_only={
            "ARDOISE_STAFF_SECRET": secrets.token_urlsafe(36),
            "ARDOISE_BACKOFFICE_URL": f"http://{OFFICE_HOST}:{ports.backoffice}",
        },
        worker_only={
            "ARDOISE_WORKER_KEYS": format_key("demo", new_key()),
            "ARDOISE_AUDIT_KEYS": format_key("demo", new_key()),
            "ARDOISE_SMTP_URL": f"smtp://{HOST}:{ports.smtp}",
            "ARDOISE_MAIL_FROM": "secretariat@r12.espace.example",
            "ARDOISE_BACKOFFICE_URL": f"http://{OFFICE_HOST}:{ports.backoffice}",
            "ARDOISE_SMS_URL": f"{sandbox_url}/sms",
            "ARDOISE_SMS_TOKEN": sms_token,
        },
        sandbox={
            "ARDOISE_SANDBOX_PORT": str(ports.sandbox),
            "ARDOISE_SANDBOX_SMTP_PORT": str(ports.smtp),
            "ARDOISE_SANDBOX_SMS_TOKEN": sms_token,
            "ARDOISE_SANDBOX_PEOPLE": str(folder.resolve() / PEOPLE_FILE),
        },
    )
