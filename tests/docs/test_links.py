"""Every link of the pages leads to a file of the project, and to a heading that the file has."""

import re

import pytest

from tests.docs.pages import PAGES, ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def links():
    """(page, target) of every link that is not to another site."""
    found = []
    for page in [*PAGES, ROOT / "CHANGELOG.md"]:
        text = FENCED.sub("", page.read_text(encoding="utf-8"))
        found += [(page, target) for target in LINK.findall(text) if "://" not in target]
    return found


def anchors(page):
    """The headings of a page as the ends of addresses, as on GitHub."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "target"), links(), ids=lambda part: getattr(part, "name", part))
def test_a_link_leads_to_a_file_and_a_heading(page, target):
    file, _, anchor = target.partition("#")
    found = (page.parent / file).resolve() if file else page
    assert found.exists()
    if anchor:
        assert anchor in anchors(found)
