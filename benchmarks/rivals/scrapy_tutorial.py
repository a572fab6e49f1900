"""Scrapy as its tutorial writes it: LinkExtractor, default settings, nothing stored."""

import sys

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor


class TutorialSpider(scrapy.Spider):
    name = "tutorial"

    async def start(self):
        yield scrapy.Request(sys.argv[1])

    def parse(self, response):
        yield {"title": response.css("title::text").get(), "url": response.url}
        for link in LinkExtractor().extract_links(response):
            yield response.follow(link, self.parse)


process = CrawlerProcess({"LOG_LEVEL": "ERROR"})
crawler = process.create_crawler(TutorialSpider)
process.crawl(crawler)
process.start()
print(crawler.stats.get_value("response_received_count"))
