"""Every function is a module of its own, however deep its folder lies."""

from local.functions import families, load
from tests.local.conftest import PROJECT


def test_a_worker_is_loaded_by_its_path_and_once():
    worker = load(PROJECT / "functions" / "workers" / "clock")
    assert worker.__name__ == "functions.workers.clock.app"
    assert load(PROJECT / "functions" / "workers" / "clock") is worker


def test_families_are_found_at_both_depths(tmp_path):
    for folder in ("garden", "workers/gate"):
        path = tmp_path / "functions" / folder
        path.mkdir(parents=True)
        (path / "app.py").write_text("class api:\n    routes = ()\n    asgi = staticmethod(lambda threads: 'app')\n")
    assert [family.name for family in families(tmp_path / "functions")] == ["garden", "workers/gate"]
