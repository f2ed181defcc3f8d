"""What browsers fetch by themselves: files, for those who may read the room they were uploaded to, and pictures."""

from pimentachat.api import Api, Origin, Redirect
from pimentachat.api.pictures import PictureOrNothing, PictureReply, none_or, picture
from pimentachat.auth.callers import Caller
from pimentachat.requests.files import AssetFile, AvatarOfRoom, AvatarOfUser, DefaultFile, Download, EmojiFile
from pimentachat.services.files import avatars, emoji, files
from pimentachat.services.server import assets

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


@api.get("/emoji-custom/{file}", public=True)
def custom_emoji(params: EmojiFile, origin: Origin) -> PictureReply:
    """The picture of a custom emoji"""
    return picture(emoji.served(params.file), origin)


@api.get("/assets/{name}", public=True)
def asset(params: AssetFile, origin: Origin) -> PictureOrNothing:
    """A picture of the workspace, set or default"""
    return none_or(assets.served(params.name), origin)


@api.get("/images/logo/{file}", public=True)
def default_asset(params: DefaultFile, origin: Origin) -> PictureOrNothing:
    """A default picture of the workspace, where settings say that it is"""
    return none_or(assets.default_at(f"images/logo/{params.file}"), origin)


@api.get("/favicon.ico", public=True)
def favicon(origin: Origin) -> PictureOrNothing:
    """The icon that browsers ask for by themselves"""
    return none_or(assets.served("favicon_ico"), origin)


handler = api.handler
