"""The documents say what the code does."""

import pytest

from tests.architecture.documents import BEGIN, TABLES, with_table
from tests.architecture.source import PROJECT


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_one_in_the_code(name: str) -> None:
    text = (PROJECT / name).read_text()
    assert text.count(BEGIN) == 1
    assert text == with_table(text, TABLES[name]()), "run: python -m tests.architecture.documents"
