"""One stem names one feature in every layer."""

import pytest

from tests.architecture.source import Module, modules
from workshop.models import Base

STEMS = {
    "people",
    "processes",
    "events",
    "cafes",
    "ideas",
    "action_list",
    "goals",
    "programme",
    "practices",
    "recordings",
}
PART_OF = {
    "accounts": "people",
    "sessions": "people",
    "seats": "cafes",
    "moving": "cafes",
    "plans": "cafes",
    "describing": "people",
    "expecting": "people",
    "tables": "cafes",
    "room": "cafes",
    "undoing": "cafes",
    "table_tools": "cafes",
    "brief": "cafes",
    "harvest": "cafes",
    "screen": "cafes",
    "cockpit": "cafes",
    "cards": "cafes",
    "devices": "cafes",
    "photos": "cafes",
    "album": "cafes",
    "queue": "cafes",
    "setting_up": "events",
    "settings": "events",
    "sight": "events",
    "rounds": "cafes",
    "turns": "cafes",
    "announcements": "cafes",
    "phases": "events",
    "hosting": "cafes",
    "at_table": "cafes",
    "leaving": "people",
    "languages": "people",
    "placing": "cafes",
    "room_changes": "cafes",
    "renaming": "people",
    "namesakes": "people",
    "uniting": "people",
    "listing": "ideas",
    "idea_list": "ideas",
    "imports": "ideas",
    "moderation": "ideas",
    "reporting": "ideas",
    "second_look": "ideas",
    "merging": "ideas",
    "reasons": "events",
    "paper": "ideas",
    "hall": "events",
    "votes": "ideas",
    "writing": "ideas",
    "authors": "ideas",
    "alike": "ideas",
    "comments": "ideas",
    "items": "action_list",
    "sorting": "action_list",
    "lines": "action_list",
    "following": "goals",
}
"""What outgrew its stem's file in a layer, and which stem it belongs to."""
OF_THE_LAYER = {
    "models": {"base", "changes"},
    "operations": set(),
    "queries": {"viewing", "audience"},
    "web": {"act", "attempts", "strangers", "built", "door", "errors", "headers"},
}


def files(layer: str) -> list[Module]:
    return [module for module in modules() if module.name.startswith(f"workshop.{layer}.")]


@pytest.mark.parametrize("layer", OF_THE_LAYER)
def test_every_file_of_a_layer_belongs_to_a_stem(layer: str) -> None:
    words = {module.name.split(".")[2] for module in files(layer)}
    allied = set() if layer == "models" else set(PART_OF)
    assert words - STEMS - OF_THE_LAYER[layer] - allied == set()


def test_what_outgrew_a_stem_still_exists() -> None:
    assert set(PART_OF.values()) <= STEMS


@pytest.mark.parametrize("model", sorted((one.class_ for one in Base.registry.mappers), key=lambda one: one.__name__))
def test_a_model_stands_in_its_stems_file(model: type[Base]) -> None:
    stem = model.__module__.removeprefix("workshop.models.")
    assert stem in STEMS | {"changes"}
    assert model.__doc__ and model.__doc__.strip() != ""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in model.__name__).lstrip("_")
    assert model.__table__.name == words


@pytest.mark.parametrize("model", sorted((one.class_ for one in Base.registry.mappers), key=lambda one: one.__name__))
def test_times_know_their_zone_and_states_their_words(model: type[Base]) -> None:
    checks = " ".join(str(one.sqltext) for one in model.__table__.constraints if hasattr(one, "sqltext"))
    for column in model.__table__.columns:
        kind = type(column.type).__name__
        assert kind != "DateTime", f"{column} would take a naive time"
        if kind == "ChoiceType":
            assert f"{column.name} IN" in checks, f"{column} takes any word: pair it with one_of"
