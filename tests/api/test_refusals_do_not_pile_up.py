"""A refusal that is kept as a constant is raised anew: an exception raised twice keeps the frames of both requests."""

from typing import Any

import pytest

from tests.workspace import Person


def frames(refusal: BaseException | None) -> int:
    count, trace = 0, refusal.__traceback__ if refusal else None
    while trace:
        count, trace = count + 1, trace.tb_next
    return count


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("channels.info", {"roomId": "nowhere"}),
        ("groups.info", {"roomId": "nowhere"}),
        ("channels.info", {}),
        ("im.history", {}),
        ("chat.getMessage", {}),
    ],
)
def test_nothing_of_former_requests_is_kept(
    alice: Person, monkeypatch: pytest.MonkeyPatch, path: str, query: dict[str, str]
) -> None:
    from pimentachat.api import doorway

    depths: list[int] = []
    real = doorway.refused

    def refused(refusal: Any) -> Any:
        depths.append(frames(refusal))
        return real(refusal)

    # The first call in a while has its sign of life beside it, and with it a frame more.
    assert alice.get("me").succeeded
    monkeypatch.setattr(doorway, "refused", refused)
    for _ in range(5):
        assert alice.get(path, **query).status == 400
    assert len(set(depths)) == 1, depths
