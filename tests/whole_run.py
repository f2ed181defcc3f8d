"""Checks of what was seen in a run of all tests: which answers came, and what the functions called.

In one process they are its last tests. When pytest-xdist spreads the tests over workers, each worker hands over what it
saw when it ends, and the checks run thereafter in the process that started them, as tests of the same run. With only
some of the tests, there is nothing to check.
"""

from pathlib import Path
from typing import Any

import pytest

CHECKS = ("test_contract_coverage.py", "test_policies.py")


def is_whole(config: pytest.Config) -> bool:
    """Whether all tests run, apart from those that `-m` puts off."""
    given: bool | None = getattr(config, "workerinput", {}).get("whole")
    if given is not None:
        return given
    return bool(config.args == config.getini("testpaths") and not config.getoption("keyword"))


@pytest.fixture
def whole_run(request: pytest.FixtureRequest) -> None:
    """For the checks: skips them unless all tests ran before."""
    if not is_whole(request.config):
        pytest.skip("only some of the tests ran")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The checks come last, or are left to the process that started the workers."""
    if hasattr(config, "workerinput") and is_whole(config):
        items[:] = [item for item in items if item.path.name not in CHECKS]
    items.sort(key=lambda item: item.path.name in CHECKS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """For single files, starting workers takes longer than the tests. None: as many as there are processors."""
    return 0 if all(Path(name.partition("::")[0]).is_file() for name in config.args) else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["whole"] = is_whole(node.config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        from tests.workspace import CALLED, SEEN

        output["seen"] = [(seen.method, seen.path, seen.status, seen.facts) for seen in SEEN]
        output["called"] = list(CALLED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    from tests.workspace import CALLED, SEEN, Seen

    output = getattr(node, "workeroutput", {})  # it has none when it died
    SEEN.update(Seen(*seen) for seen in output.get("seen", []))
    CALLED.update(output.get("called", []))


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Any:
    outcome = yield
    config = session.config
    if config.pluginmanager.has_plugin("dsession") and is_whole(config) and not session.shouldstop:
        if terminal := config.pluginmanager.get_plugin("terminalreporter"):
            terminal.ensure_newline()
        spread = session.testscollected
        items = session.perform_collect([str(Path(__file__).with_name(name)) for name in CHECKS])
        session.testscollected = spread + len(items)
        for item, following in zip(items, [*items[1:], None], strict=True):
            config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    return outcome
