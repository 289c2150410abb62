// The head of every supervisor page: whose centre, the tabs, whether the line is up, the time.

import { el, icon } from '/shared/dom.js'
import { remove } from '/shared/api.js'
import { now } from '/shared/live.js'
import { clockText, dateText } from '/shared/time.js'
import { languageSwitch } from '/shared/language.js'
import { t } from '/shared/words.js'

const tabs = [
  { id: 'today', href: '/supervisor/' },
  { id: 'live', href: '/supervisor/live.html' },
  { id: 'check', href: '/supervisor/check.html' },
  { id: 'figures', href: '/supervisor/figures.html' },
  { id: 'dossiers', href: '/supervisor/dossiers.html' },
  { id: 'sameDay', href: '/supervisor/sameday.html' },
  { id: 'score', href: '/supervisor/score.html' },
  { id: 'settings', href: '/supervisor/settings.html' },
  { id: 'emergency', href: '/supervisor/emergency.html' },
]

/** Returns { link({ up, since }), centre(name), tick() }. A page without a live line leaves link() alone. */
export function supervisorBar(region, here, { live = false } = {}) {
  const name = el('b', { class: 'cut' })
  const dot = el('i')
  const state = el('span', { role: 'status' })
  const time = el('b')
  let since = null
  const leave = async () => {
    await remove('session')
    location.assign('/signin/?next=/supervisor/')
  }
  region.replaceChildren(...[
    icon('mark'), name,
    el('nav', { 'aria-label': t('tabs') }, tabs.map((tab) => el('a', { href: tab.href, class: tab.id === here ? 'on' : null, 'aria-current': tab.id === here ? 'page' : null, text: t(`tab.${tab.id}`) }))),
    languageSwitch(),
    el('button', { class: 'btn quiet leave', type: 'button', onclick: leave, text: t('signOut') }),
    live && el('span', { class: 'live' }, dot, state, time),
  ].filter(Boolean))

  function tick() {
    if (!live) return   // without the line this page does not know the centre's time
    const clock = clockText(now())
    if (time.textContent !== clock) time.textContent = clock
    const text = since ? t('figuresOf', { clock: clockText(since) }) : t('live', { date: dateText(now()) })
    if (state.textContent !== text) state.textContent = text
    region.classList.toggle('lost', since !== null)
  }
  tick()
  setInterval(tick, 1000)
  return {
    tick,
    link(line) { since = line.up ? null : line.since ?? now(); tick() },
    centre(words) { name.textContent = words ?? '' },
  }
}

export function toSignIn() {
  location.assign(`/signin/?next=${encodeURIComponent(location.pathname + location.search)}`)
}
