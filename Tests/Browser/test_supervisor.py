"""The supervisor's pages: numbers of a day that is over, and what is switched off instead of removed."""

import datetime

from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, until_page


class Supervisor(ScreenTest):
    async def test_emergency_numbers_of_yesterday(self):
        with Daemon(centre.settings()) as daemon:
            async with Hall(daemon) as hall:
                page = await hall.supervisor("/supervisor/emergency.html")
                await page.locator("form.emergency").wait_for()
                self.assertEqual(await page.locator("select[name=day] option").count(), 8, "today and seven days back")
                await page.locator("select[name=day]").select_option(index=1)
                yesterday = await page.locator("select[name=day]").input_value()
                with daemon.supervisor() as client:
                    today = datetime.date.fromisoformat(client.get("supervisor").body["day"])
                self.assertEqual(yesterday, str(today - datetime.timedelta(days=1)))
                # Nobody waits on a day that is over, and the page says so before anything is typed.
                self.assertTrue(await page.locator("input[name=served]").is_checked())
                self.assertTrue(await page.locator("input[name=served]").is_disabled())
                await page.get_by_text("Ngày đó đã đóng").wait_for()
                await page.locator("input[name=number]").fill("17")
                await page.locator("input[name=arrivedAt]").fill("0915")
                await page.keyboard.press("Enter")
                await page.locator("tbody th", has_text="P017").wait_for()
                await hall.shot(page, "supervisor-emergency-yesterday")
                hall.tolerate("status of 409")
                await page.locator("input[name=number]").fill("17")
                await page.keyboard.press("Enter")
                await page.get_by_text("Số khẩn cấp này của ngày đó đã nhập rồi").wait_for()
                # The same number of today's pile is another one.
                await page.locator("select[name=day]").select_option(index=0)
                self.assertFalse(await page.locator("input[name=served]").is_disabled())
                self.assertFalse(await page.locator("input[name=served]").is_checked(), "as it was before")
                await page.locator("input[name=number]").press("Enter")
                await until_page(page, "document.querySelectorAll('tbody th').length === 2")
            with daemon.supervisor() as client:
                total = client.get(f"figures/{yesterday}").body["total"]
                self.assertEqual((total["issued"], total["served"], total["emergency"]), (1, 1, 1))
                self.assertEqual(total["waits"]["n"], 0)
            daemon.verify()

    async def test_priority_groups_are_switched_off(self):
        with Daemon(centre.settings()) as daemon:
            async with Hall(daemon) as hall:
                page = await hall.supervisor("/supervisor/settings.html")
                groups = page.locator("#priorityGroups")
                await groups.locator(".rowline").first.wait_for()
                before = await groups.locator(".rowline").count()
                self.assertEqual(await groups.get_by_role("button", name="Bỏ").count(), 0)
                await groups.get_by_role("button").last.click()
                await until_page(page, f"document.querySelectorAll('#priorityGroups .rowline').length === {before + 1}")
                await groups.locator(".rowline").last.locator("button").click()
                await until_page(page, f"document.querySelectorAll('#priorityGroups .rowline').length === {before}")
                await groups.locator("input[type=checkbox]").first.uncheck()
                await groups.scroll_into_view_if_needed()
                await hall.shot(page, "supervisor-groups")
                await page.keyboard.press("Control+s")
                await page.locator(".savebar.done").wait_for()
            with daemon.supervisor() as client:
                saved = client.get("settings").body["settings"]["priorityGroups"]
                self.assertEqual([group["active"] for group in saved], [False] + [True] * (before - 1))
                offered = client.get("board").body["centre"]["priorityGroups"]
                self.assertEqual(len(offered), before - 1)

    async def test_when_dossiers_are_warned_of(self):
        with Daemon(centre.settings()) as daemon:
            async with Hall(daemon) as hall:
                page = await hall.supervisor("/supervisor/settings.html")
                field = page.locator("#dossiers input")
                await field.wait_for()
                self.assertEqual(await field.input_value(), "3, 1, 0")
                hall.tolerate("status of 4")
                await field.fill("40, 2")
                await page.keyboard.press("Enter")
                await page.locator("#dossiers .bad", has_text="30").wait_for()
                await field.fill("5; 2 0")
                await page.keyboard.press("Enter")
                await until_page(page, "document.querySelector('.savebar').classList.contains('done')")
            with daemon.supervisor() as client:
                self.assertEqual(client.get("settings").body["settings"]["dossierWarnings"], [5, 2, 0])
