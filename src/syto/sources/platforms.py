"""Platforms: addresses under which anybody publishes, so that the address itself is never a source."""

from syto.sources.domains import addresses_of

# A channel on Telegram is a source of its own (`t.me/name`); t.me alone is not.
# fmt: off
PLATFORMS = frozenset(
    {
        "4chan.org", "amazon.com", "apple.com", "archive.org", "bitchute.com", "blogger.com",
        "blogspot.com", "change.org", "cont.ws", "dailymotion.com", "discord.com", "dzen.ru",
        "facebook.com", "fandom.com", "fb.com", "fb.watch", "flickr.com", "gab.com", "gettr.com",
        "github.com", "github.io", "google.com", "instagram.com", "issuu.com", "linkedin.com",
        "livejournal.com", "lnk.bio", "medium.com", "odysee.com", "ok.ru", "parler.com", "pikabu.ru",
        "pinterest.com", "quora.com", "reddit.com", "rumble.com", "rutube.ru", "scribd.com",
        "soundcloud.com", "substack.com", "t.me", "telegra.ph", "telegram.me", "telegram.org",
        "threads.net", "tiktok.com", "tumblr.com", "twitter.com", "viber.com", "vimeo.com", "vk.com",
        "vkontakte.ru", "weibo.com", "whatsapp.com", "wikia.com", "wikidata.org", "wikipedia.org",
        "wordpress.com", "x.com", "youtu.be", "youtube.com", "zen.yandex.ru",
    }
)
# fmt: on


def is_platform(source: str) -> bool:
    """Tell whether a source is a platform itself, not a channel or a site of its own on one."""
    return addresses_of(source)[0] in PLATFORMS
