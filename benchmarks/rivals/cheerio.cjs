// crawlee's CheerioCrawler as its guide writes it: enqueueLinks, nothing stored.
const { CheerioCrawler, Configuration } = require('@crawlee/cheerio');

let pages = 0;
const config = new Configuration({ persistStorage: false, logLevel: 'ERROR', availableMemoryRatio: 0.8 });
const crawler = new CheerioCrawler({
    maxConcurrency: 32,
    async requestHandler({ enqueueLinks }) {
        pages += 1;
        await enqueueLinks({ strategy: 'same-origin' });
    },
}, config);
crawler.run([process.argv[2]]).then(() => console.log(pages));
