"""Platforms: addresses under which anybody publishes, so that the address itself is never a source."""

from syto.sources.domains import addresses_of

# A channel on Telegram is a source of its own (`t.me/name`); t.me alone is not.
# fmt: off
PLATFORMS = frozenset(
    {
        "archive.org", "bitchute.com", "blogger.com", "blogspot.com", "dailymotion.com", "discord.com",
        "dzen.ru",
        "facebook.com", "fb.com", "github.com", "github.io", "google.com", "instagram.com",
        "linkedin.com", "livejournal.com", "lnk.bio", "medium.com", "odysee.com", "ok.ru",
        "pinterest.com", "reddit.com", "rumble.com", "rutube.ru", "substack.com", "t.me",
        "telegra.ph", "telegram.me", "telegram.org", "threads.net", "tiktok.com", "tumblr.com",
        "twitter.com", "viber.com", "vimeo.com", "vk.com", "vkontakte.ru", "whatsapp.com",
        "wikipedia.org", "wordpress.com", "x.com", "youtu.be", "youtube.com",
    }
)
# fmt: on


def is_platform(source: str) -> bool:
    """Tell whether a source is a platform itself, not a channel or a site of its own on one."""
    return addresses_of(source)[0] in PLATFORMS
