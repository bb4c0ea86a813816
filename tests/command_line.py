"""The command line in a test's own process, with the settings of a world."""

from click.testing import CliRunner, Result

from ardoise.__main__ import cli
from shared.base.config import ProcessSettings


def environment_of(settings: ProcessSettings) -> dict[str, str]:
    """The same settings as a process finds them."""
    return {
        f"ARDOISE_{name.upper()}": str(
            value.get_secret_value() if hasattr(value, "get_secret_value") else value
        )
        for name, value in settings.model_dump().items()
        if value
    }


def run(settings: ProcessSettings, *words: str, typed: str = "", **more: str) -> Result:
    """One command; ``typed`` is what stands on its standard input, ``more`` is set beside."""
    return CliRunner().invoke(cli, list(words), env=environment_of(settings) | more, input=typed)
