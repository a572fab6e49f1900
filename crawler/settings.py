"""Scrapy settings. Ours begin ``GONGKAI_``."""

import os

BOT_NAME = "gongkai"
SPIDER_MODULES = ["crawler.spiders"]

# Says who asks and why; GONGKAI_CONTACT is your office's address, in letters a header may hold.
CONTACT = os.environ.get("GONGKAI_CONTACT", "").strip()
USER_AGENT = f"gongkai/0.1 (+government disclosure audit; contact: {CONTACT or 'not given'})"

# The spider decides what to ask for (crawler.walk) and reads robots.txt itself, to keep the decision in the archive.
ROBOTSTXT_OBEY = False

TWISTED_REACTOR_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "crawler.download.GuardedDownloadHandler",
    "https": "crawler.download.GuardedDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Bodies are kept as transferred and decoded within a limit by crawler.decompress; redirects, retries and cookies are
# the walk's business, so none of Scrapy's own middlewares has anything to do.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
TELNETCONSOLE_ENABLED = False
LOG_ENABLED = False
LOG_INSTALL_ROOT_HANDLER = False
CONCURRENT_ITEMS = 1
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 8
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 12 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False

# Requests a second per host (host and port), see crawler.pace; what a site's robots.txt asks for wins when it is slower.
GONGKAI_RATE = 2.0
# Tries of one address: the first and these further ones, after so many seconds each.
GONGKAI_RETRY_WAITS = [2, 8]
# The browser that draws pages where nothing else shows them (with the extra ``render``); empty: none. Also read from the
# environment. It is begun anew after so many pages, and a page has so many seconds.
GONGKAI_CHROMIUM = os.environ.get("GONGKAI_CHROMIUM", "/usr/bin/chromium")
GONGKAI_RENDER_RECYCLE = 50
GONGKAI_RENDER_SECONDS = 30
# Host names that may lead to private addresses: those of the units that allow it. Set by the runner.
GONGKAI_PRIVATE_HOSTS: list[str] = []
