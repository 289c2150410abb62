// Times, dates and numbers as people here write them. All in the centre's own time zone, whatever the device believes.

import { language, t } from './words.js'

let offsetMinutes = 420

/** Minutes east of UTC, from `centre.utcOffsetMinutes`. */
export function setZone(minutes) {
  if (Number.isFinite(minutes)) offsetMinutes = minutes
}

// A Date whose getUTC… methods give the centre's local time.
function local(when) {
  return new Date(+new Date(when) + offsetMinutes * 60_000)
}

const two = (n) => String(n).padStart(2, '0')

/** "09:24", or "09:24:10" with seconds. */
export function clockText(when, { seconds = false } = {}) {
  const d = local(when)
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}${seconds ? `:${two(d.getUTCSeconds())}` : ''}`
}

/** "Thứ Năm, 26/11/2026"; without the year "Thứ Năm, 26/11". */
export function dateText(when, { year = true } = {}) {
  const d = local(when)
  return `${weekdayText(d.getUTCDay() || 7)}, ${two(d.getUTCDate())}/${two(d.getUTCMonth() + 1)}${year ? `/${d.getUTCFullYear()}` : ''}`
}

/** 1 = Monday … 7 = Sunday → "Thứ Hai" … "Chủ nhật". */
export function weekdayText(weekday) {
  return t(`weekday.${weekday}`)
}

/** 1 = Monday … 7 = Sunday, in the centre's zone. */
export function weekday(when) {
  return local(when).getUTCDay() || 7
}

/** "2026-11-26" in the centre's zone, the form of days on the wire. */
export function dayOf(when) {
  return local(when).toISOString().slice(0, 10)
}

/** "13:30", "13:30 ngày mai" or "07:00 thứ Hai, 30/11", seen from `now`. */
export function whenText(when, now) {
  const clock = clockText(when)
  const days = Math.round((Date.parse(dayOf(when)) - Date.parse(dayOf(now))) / 86_400_000)
  if (days === 0) return t('whenToday', { clock })
  if (days === 1) return t('whenTomorrow', { clock })
  const date = dateText(when, { year: false })
  return t('whenDay', { clock, date: language() === 'vi' ? date.charAt(0).toLowerCase() + date.slice(1) : date })
}

/** A running time: "7:05", "1:02:30". */
export function stopwatch(seconds) {
  const s = Math.max(0, Math.floor(seconds))
  const h = Math.floor(s / 3600)
  const m = Math.floor((s % 3600) / 60)
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`
}

/** "45 giây", "12 phút", "1 giờ 05 phút". */
export function durationText(seconds) {
  const s = Math.max(0, Math.round(seconds))
  if (s < 60) return t('seconds', { n: s })
  const minutes = Math.round(s / 60)
  if (minutes < 60) return t('minutes', { n: minutes })
  const rest = minutes % 60
  const hours = t('hours', { n: Math.floor(minutes / 60) })
  return rest === 0 ? hours : `${hours} ${t('minutes', { n: two(rest) })}`
}

/** Estimates are told in steps of five minutes: 1–5 → 5, 26 min → 30. Nought stays nought. */
export function roundedMinutes(seconds) {
  return seconds <= 0 ? 0 : Math.max(5, Math.ceil(seconds / 300) * 5)
}

/** "khoảng 30 phút", "khoảng 1 giờ 15 phút"; under five minutes "chưa đến 5 phút". */
export function waitText(seconds) {
  if (seconds < 300) return t('waitSoon')
  return t('about', { time: durationText(roundedMinutes(seconds) * 60) })
}

/** "khoảng 10 đến 15 phút". */
export function waitRangeText(low, high) {
  const from = Math.floor(Math.max(0, low) / 300) * 5
  const to = roundedMinutes(high)
  if (from === 0 || from >= to) return waitText(high)
  if (to < 60) return t('aboutRange', { from, to })
  return t('aboutRangeLong', { from: durationText(from * 60), to: durationText(to * 60) })
}

/** 1204 → "1.204" ("1,204" in English). */
export function numberText(n, digits = 0) {
  return new Intl.NumberFormat(language() === 'en' ? 'en-GB' : 'vi-VN', {
    minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(n)
}

/** "94,1% (47/50)"; without data the sentence for it, never 0%. */
export function rateText(yes, of, digits = 0) {
  if (!of) return t('noData')
  return `${numberText((100 * yes) / of, digits)}% (${numberText(yes)}/${numberText(of)})`
}
