"""Reports as a supervisor sees them: figures with their definitions, a version kept, the files taken away."""

import io
import zipfile

from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, until_page


class Reports(ScreenTest):
    async def test_a_report_is_made_and_kept(self):
        with Daemon() as daemon:
            async with Hall(daemon) as hall:
                chief = await hall.supervisor("/supervisor/reports.html")
                await chief.wait_for_selector("[data-line=issued]")
                self.assertIn("Chưa giữ bản nào", await chief.inner_text(".kept >> nth=0"))
                # A line opens to what it means; one without data says so.
                await chief.locator("[data-line=onTime] summary").click()
                self.assertIn("chưa có dữ liệu", await chief.inner_text("[data-line=onTime] summary"))
                self.assertIn("đang quá hạn", await chief.inner_text("[data-line=onTime] p"))
                self.assertIn("chưa xác minh", await chief.inner_text("[data-section=tt01]"))

                await chief.click("button.primary")
                await chief.wait_for_selector("[data-version='1']")
                await hall.shot(chief, "reports")
                # The same figures once more would be the same report.
                await until_page(chief, "document.querySelector('button.primary').disabled")
                async with chief.expect_download() as download:
                    await chief.click("[data-version='1'] a:has-text('XLSX')")
                path = await (await download.value).path()
                with zipfile.ZipFile(io.BytesIO(open(path, "rb").read())) as book:
                    self.assertIn("xl/workbook.xml", book.namelist())
