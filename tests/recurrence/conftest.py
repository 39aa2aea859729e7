"""A browser, and pages of it that must have no problem in the end."""

import pytest

from tests.recurrence.browser import Page, browser


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.fixture
def open_page(chromium, board):
    """A function that opens a page of the test's `board`: of a view, and of a kind of page."""
    pages = []

    def opened(view, kind=Page):
        pages.append(kind(chromium, board.address, view))
        return pages[-1]

    yield opened
    for page in pages:
        page.window.close()
        assert page.problems == []
