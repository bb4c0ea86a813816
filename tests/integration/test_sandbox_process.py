"""The sandbox as a process: it starts or says why not, and stops when asked."""

import signal
import subprocess
import sys
import time

import pytest

from sandbox.settings import Settings
from shared.base.errors import ConfigurationError
from tests.servers import sandbox as servers
from tests.servers.process import answers, free_port


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_when_asked(asked: signal.Signals):
    with servers.running() as running:
        assert running.call("GET", "/health").json() == {"status": "ok"}
        began = time.monotonic()
        running.process.send_signal(asked)
        assert running.process.wait(timeout=10) == 0
        assert time.monotonic() - began < 5
        assert not answers(running.port)
        assert not answers(running.smtp_port)


def test_a_taken_port_is_told_in_one_sentence():
    with servers.running() as running:
        for port, smtp_port, name in [
            (running.port, free_port(), "ARDOISE_SANDBOX_PORT"),
            (free_port(), running.smtp_port, "ARDOISE_SANDBOX_SMTP_PORT"),
        ]:
            second = subprocess.run(
                [sys.executable, "-m", "sandbox"],
                cwd=servers.ROOT,
                env=servers.environment(port, smtp_port),
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
            assert second.returncode == 2
            assert f"is taken: set {name} to a free one." in second.stderr
            assert "Traceback" not in second.stderr


def test_without_settings_it_takes_the_demos():
    settings = Settings.from_environment({})
    assert (settings.port, settings.smtp_port) == (8002, 8025)
    assert settings.base_url == "http://127.0.0.1:8002"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ARDOISE_SANDBOX_PORT", "eighty"),
        ("ARDOISE_SANDBOX_PORT", "0"),
        ("ARDOISE_SANDBOX_SMTP_PORT", "70000"),
        ("ARDOISE_SANDBOX_SMTP_PORT", "8002"),
        ("ARDOISE_SANDBOX_SMS_TOKEN", ""),
        ("ARDOISE_SANDBOX_SMS_TOKEN", "with space"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str):
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_environment({name: value})
