"""The whole path: two phones, the big screen, a moderator and the InnoLab, from joining to a followed goal and back."""

import pytest

from tests.browser.conftest import Enter
from tests.browser.path import forward, goal, joining, moderation, sorting, table
from tests.browser.path.hall import open_hall
from tests.factories.servers import Server

pytestmark = pytest.mark.browser


def test_the_path(server: Server, enter: Enter) -> None:
    hall = open_hall(server, enter)
    for chapter in (joining, table, moderation, forward, sorting, goal):
        chapter.play(hall)
