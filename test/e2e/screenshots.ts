// npm run screenshots [page|board]: the pictures of the READMEs, into docs/images.
import { takeBoardPictures } from './board/board-pictures.ts';
import { launchBrowser } from './page/open-page.ts';
import { takePagePictures } from './page/page-pictures.ts';

const wanted = process.argv[2];
const browser = await launchBrowser();
try {
  if (wanted !== 'board') await takePagePictures(browser);
  if (wanted !== 'page') await takeBoardPictures(browser);
} finally {
  await browser.close();
}
