// spider-rs through its npm package: crawls, stores nothing.
const { Website } = require('@spider-rs/spider-rs');

const website = new Website(process.argv[2]).build();
website.crawl().then(() => console.log(website.getLinks().length));
