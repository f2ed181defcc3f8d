"""Which emoji there are: the built-in ones, and those that the workspace has of its own."""

from pimentachat import defaults, workspace


def exists(name: str) -> bool:
    """Whether there is an emoji of this name or alias, without colons; exactly as written."""
    return defaults.is_emoji(name) or name in workspace.current().emoji
