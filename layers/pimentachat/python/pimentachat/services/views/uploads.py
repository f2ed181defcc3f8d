"""What a viewer sees of uploaded files."""

from collections.abc import Sequence
from typing import Final

from pimentachat.models.records import Document
from pimentachat.models.uploads import Upload
from pimentachat.store import users as user_store

_INTERNAL: Final = {"object_key", "waiting", "hidden"}


def show(uploads: Sequence[Upload]) -> list[Document]:
    """Uploads with who sent them; `user` is {} when that user is gone (contract: channels.yaml channels.files)."""
    people = {user.id: user for user in user_store.find_many({upload.user_id for upload in uploads})}
    shown = []
    for upload in uploads:
        sender = people.get(upload.user_id)
        named = {"_id": sender.id, "username": sender.username} if sender else {}
        user = named | ({"name": sender.name} if sender and sender.name else {})
        shown.append({**upload.document(without=_INTERNAL), "typeGroup": upload.family, "user": user})
    return shown
