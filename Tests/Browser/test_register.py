"""The province's register as a supervisor brings it: read as a dry run, looked at, applied; rejected rows as a file."""

import csv
import io

from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, until_page

HEADS = ["Mã hồ sơ", "Mã TTHC", "Ngày tiếp nhận", "Ngày hẹn trả"]
ROWS = [
    ["H24.19-260302-0001", "1.004873", "02/03/2026 08:15:00", "05/03/2026 17:00:00"],
    ["H24.19-260302-0002", "1.001193", "02/03/2026 09:00:00", "02/03/2026 17:00:00"],
    ["H24.19-260302-0003", "1.004873", "31/02/2026 08:15:00", "05/03/2026 17:00:00"],
]


def table(rows, heads=HEADS):
    text = io.StringIO()
    csv.writer(text).writerows([heads] + rows)
    return ("\ufeff" + text.getvalue()).encode()


class Register(ScreenTest):
    async def test_a_file_is_read_applied_and_its_rejects_taken_home(self):
        with Daemon() as daemon:
            async with Hall(daemon) as hall:
                hall.tolerate("status of 422")
                chief = await hall.supervisor("/supervisor/register.html")
                await chief.wait_for_selector("#earlier .none")

                # A page under the name of a spreadsheet: told, and nothing is staged.
                await self.read(chief, "ds.csv", b"<html><table></table></html>")
                await until_page(chief, "document.querySelector('.problems').textContent.length > 0")
                self.assertTrue(await chief.locator("#result").is_hidden())

                await self.read(chief, "ds.csv", table(ROWS))
                await chief.wait_for_selector("#apply")
                await hall.shot(chief, "register-staged")
                self.assertEqual(await self.counts(chief), {"rows": "3", "added": "2", "changed": "0", "rejected": "1"})
                # A dry run: it waits to be applied.
                with daemon.supervisor() as other:
                    self.assertEqual(other.get("register/imports").body[0]["state"], "staged")

                async with chief.expect_download() as waiting:
                    await chief.locator("#result a[download]").click()
                with open(await (await waiting.value).path(), encoding="utf-8-sig", newline="") as file:
                    head, *rejects = list(csv.reader(file))
                self.assertEqual([head[0], head[1]], ["Tệp", "Dòng"])
                self.assertEqual([row[:2] for row in rejects], [["ds.csv", "4"]])
                self.assertIn("31/02/2026", rejects[0][3])
                self.assertEqual(rejects[0][4:], ROWS[2], "the row itself, to be mended")
                mended = [[cell.replace("31/02/2026", "28/02/2026") for cell in row] for row in rejects]

                await chief.locator("#apply").click()
                await until_page(chief, "!document.querySelector('#apply')")
                self.assertEqual(await self.counts(chief), {"rows": "3", "added": "2", "changed": "0", "rejected": "1"})
                await until_page(chief, "document.querySelectorAll('#earlier tbody tr').length === 1")

                # The same file again changes nothing.
                await self.read(chief, "ds.csv", table(ROWS))
                await chief.wait_for_selector("#apply")
                self.assertEqual((await self.counts(chief))["added"], "0")
                self.assertEqual(await chief.inner_text("#n-unchanged"), "2")

                # The rejected row, mended in its own table.
                await self.read(chief, "sua.csv", table(mended, head))
                await until_page(chief, "document.querySelector('#result').textContent.includes('sua.csv')")
                self.assertEqual((await self.counts(chief))["added"], "1")

                # What would change of a dossier known before is shown, value by value.
                moved = [ROWS[0][:3] + ["09/03/2026"], ROWS[1]]
                await self.read(chief, "ds.csv", table(moved))
                await chief.wait_for_selector("#changes")
                row = await chief.inner_text("#changes tbody tr")
                self.assertIn(moved[0][0], row)
                self.assertRegex(row, r"05/03/2026\s+09/03/2026")
                await hall.shot(chief, "register-changes")

    async def read(self, page, name, data):
        await page.set_input_files("[name=files]", {"name": name, "mimeType": "text/csv", "buffer": data})
        await page.locator(".choose button[type=submit]").first.click()

    async def counts(self, page):
        return {each: await page.inner_text(f"#n-{each}") for each in ("rows", "added", "changed", "rejected")}
