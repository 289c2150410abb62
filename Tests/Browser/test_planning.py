"""What if a counter more were open: asked by keyboard, answered from the centre's own past, with a table behind."""

import datetime
import subprocess
import tempfile
from pathlib import Path

from Support import centre
from Support.daemon import Daemon, binary, share
from Support.screens import Hall, ScreenTest, text, until_page


class Planning(ScreenTest):
    async def test_one_counter_more(self):
        with tempfile.TemporaryDirectory(prefix="motcua-plan-") as folder:
            data = Path(folder, "data")
            data.mkdir()
            config = centre.write(Path(folder, "centre.yaml"), centre.settings())
            begin = datetime.date.today() - datetime.timedelta(days=45)
            subprocess.run([binary(), "simulate", "--share", share(), "--config", config, "--into", data / "centre.sqlite",
                            "--from", str(begin), "--days", "30", "--seed", "1", "--visits", "30"],
                           check=True, capture_output=True)
            with Daemon(folder=folder) as daemon:
                async with Hall(daemon) as hall:
                    page = await hall.supervisor("/supervisor/plan.html")
                    await page.wait_for_selector(".planform button[type=submit]")
                    await page.select_option("[name=weekday]", "3")
                    # An hour that ends before it begins is told at once, without asking.
                    await page.fill("[name=to]", "07:00")
                    await page.locator("[name=counters]").press("Enter")
                    await until_page(page, "document.querySelector('.planform .wrong').textContent")
                    await page.fill("[name=to]", "10:00")
                    await page.locator("[name=counters]").press("Enter")
                    await page.wait_for_selector(".plan .said", timeout=40_000)
                    said = await text(page, ".plan .said")
                    self.assertRegex(said, r"08:00")
                    self.assertGreater(await page.locator(".plan svg .line-with").count(), 0)
                    await page.locator(".plan details.table summary").focus()
                    await page.keyboard.press("Enter")
                    self.assertGreater(await page.locator(".plan tbody tr").count(), 5)
                    await hall.shot(page, "planning")
                daemon.stop()
                daemon.verify()
