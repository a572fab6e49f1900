"""Bare Scrapy, tuned: no reactor, aiohttp, a seen set before any Request, no middlewares, nothing stored."""

import sys
from urllib.parse import urljoin, urlsplit

import lxml.html
import scrapy
from scrapy.crawler import AsyncCrawlerProcess


class TunedSpider(scrapy.Spider):
    name = "tuned"

    async def start(self):
        self.seen = {sys.argv[1]}
        self.hrefs = set()
        self.host = urlsplit(sys.argv[1]).netloc
        yield scrapy.Request(sys.argv[1], dont_filter=True)

    def parse(self, response):
        for href in lxml.html.fromstring(response.body).xpath("//a/@href", smart_strings=False):
            if href in self.hrefs:
                continue
            if href.startswith("/"):
                self.hrefs.add(href)
            url = urljoin(response.url, href).split("#")[0]
            if url not in self.seen and urlsplit(url).netloc == self.host:
                self.seen.add(url)
                yield scrapy.Request(url, dont_filter=True)


handler = "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"
process = AsyncCrawlerProcess(
    {
        "LOG_LEVEL": "ERROR",
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler, "data": None, "file": None, "ftp": None, "s3": None},
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "TELNETCONSOLE_ENABLED": False,
        "CONCURRENT_ITEMS": 1,
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
    }
)
crawler = process.create_crawler(TunedSpider)
process.crawl(crawler)
process.start()
print(crawler.spider.seen.__len__())
