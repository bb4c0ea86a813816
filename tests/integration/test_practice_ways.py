"""An operator says how a practice takes money; what can't be used is one sentence."""

import pytest
from sqlalchemy import select

from shared.accounts import Practice, WaysToPay, ways_of
from tests.integration.test_command_sentences import ardoise, sentence
from tests.world import World

IBAN = "FR76 3000 6000 0112 3456 7890 189"


@pytest.fixture
def world(sqlite_url: str) -> World:
    return World(sqlite_url)


def ways(world: World) -> WaysToPay:
    with world.database.reading() as session:
        return ways_of(session.scalars(select(Practice)).one())


def test_all_is_said_at_once_and_can_be_taken_back(world: World) -> None:
    told = ardoise(
        world,
        *(
            "practice",
            "ways",
            "--iban",
            IBAN,
            "--bic",
            "agrifrpp",
            "--holder",
            " Secretariat  R12 ",
        ),
        *("--cheques", "Secrétariat R12", "--desk", "cash", "--desk", "card"),
    )
    assert told.exit_code == 0, told.output
    assert "Take note" not in told.output
    assert ways(world) == WaysToPay(
        "FR7630006000011234567890189",
        "AGRIFRPP",
        "Secretariat R12",
        "Secrétariat R12",
        ("card", "cash"),
    )
    assert ardoise(world, "practice", "ways").exit_code == 0
    assert ways(world) == WaysToPay()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--iban", "FR7630006000011234567890188", "--holder", "R12"), "no IBAN"),
        (("--iban", IBAN), "Give both the IBAN and the holder"),
        (("--holder", "R12"), "Give both the IBAN and the holder"),
        (("--bic", "AGRIFRPP"), "give the IBAN as well"),
        (("--iban", IBAN, "--holder", "R12", "--bic", "AGRI"), "no BIC"),
        (("--cheques", "x" * 71), "70 letters and signs at most"),
        (("--cheques", "R12\x07"), "70 letters and signs at most"),
        (("--desk", "gold"), "Invalid value for '--desk'"),
    ],
)
def test_what_can_not_be_used_is_told_and_not_written(
    world: World, words: tuple[str, ...], told: str
) -> None:
    assert told in sentence(ardoise(world, "practice", "ways", *words))
    assert ways(world) == WaysToPay()


def test_a_name_that_tells_of_care_is_pointed_out_but_is_the_banks(world: World) -> None:
    name = "Cabinet de kinésithérapie"
    told = ardoise(world, "practice", "ways", "--iban", IBAN, "--holder", name)
    assert told.exit_code == 0
    assert f"« {name} » tells of care" in told.output
    assert ways(world).holder == name
