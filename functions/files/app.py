"""What browsers fetch by themselves: files, for those who may read the room they were uploaded to, and pictures."""

from pimentachat.api import Api, Origin, Redirect
from pimentachat.api.pictures import PictureReply, picture
from pimentachat.auth.callers import Caller
from pimentachat.requests.files import AvatarOfRoom, AvatarOfUser, Download
from pimentachat.services.files import avatars, files

api = Api("files")


@api.get("/file-upload/{id}/{name}", public=True, browser=True)
def download(caller: Caller | None, params: Download) -> Redirect:
    """Fetch an uploaded file: a redirect to a short-lived address"""
    return Redirect(files.download_address(caller, params.id))


@api.head("/file-upload/{id}/{name}", public=True, browser=True)
def look(caller: Caller | None, params: Download) -> Redirect:
    """Ask what an uploaded file is: a redirect to a short-lived address"""
    return Redirect(files.download_address(caller, params.id, body=False))


@api.get("/avatar/{username}", public=True, browser=True)
def avatar(caller: Caller | None, params: AvatarOfUser, origin: Origin) -> PictureReply | Redirect:
    """The picture of a user, or the first letter of their name"""
    elsewhere = avatars.elsewhere(params.username)
    if elsewhere:
        return Redirect(elsewhere)
    return picture(avatars.of_user(caller, params.username, kind=params.format, size=params.size), origin)


@api.get("/avatar/room/{rid}", public=True, browser=True)
def room_avatar(caller: Caller | None, params: AvatarOfRoom, origin: Origin) -> PictureReply:
    """The first letter of a room's name"""
    return picture(avatars.of_room(caller, params.rid, kind=params.format, size=params.size), origin)


handler = api.handler
