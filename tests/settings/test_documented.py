"""docs/settings.md lists every setting: what acts, with the test that shows it, and what is stored for clients."""

import re

from local.places import REPOSITORY
from pimentachat import defaults

DOCUMENT = (REPOSITORY / "docs" / "settings.md").read_text("utf-8")
ACTING = dict(re.findall(r"^\| `(\w+)` \| `(tests/[\w/]+\.py::\w+)` \|$", DOCUMENT, re.MULTILINE))
STORED = re.findall(r"^- `(\w+)`$", DOCUMENT, re.MULTILINE)
FAMILIES = (
    "Accounts_Default_User_Preferences_",
    "Accounts_Password_Policy_",
    "RetentionPolicy_AppliesTo",
    "RetentionPolicy_MaxAge_",
)
"""Beginnings of ids that the code puts together."""


def read_by_the_code() -> set[str]:
    sources = [
        path.read_text("utf-8")
        for folder in ("layers/pimentachat/python", "functions")
        for path in (REPOSITORY / folder).rglob("*.py")
    ]
    named = set(re.findall(r'"(\w+)"', "\n".join(sources)))
    return {one for one in defaults.settings() if one in named or one.startswith(FAMILIES)}


def test_every_setting_is_listed_once() -> None:
    listed = [*ACTING, *STORED]
    assert sorted(listed) == sorted(defaults.settings())


def test_what_the_code_reads_acts() -> None:
    assert set(ACTING) == read_by_the_code()


def test_the_tests_that_show_it_are_there() -> None:
    for setting_id, test in ACTING.items():
        file, _, name = test.partition("::")
        source = (REPOSITORY / file).read_text("utf-8")
        assert re.search(rf"^def {name}\(", source, re.MULTILINE), f"{setting_id}: {test}"
