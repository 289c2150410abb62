// Phiếu đã in: every ticket as it came out of the printer, newest first.

import { el, icon } from '/shared/dom.js'
import { get } from '/shared/api.js'
import { clockText, setZone } from '/shared/time.js'
import { languageSwitch, loadDeskWords } from '/shared/language.js'
import { t } from '/shared/words.js'
import { showOffice } from './office.js'

const pause = 2000
const most = 40
const kinds = { queued: 'waiting', sending: 'waiting', sent: 'ok', printed: 'ok', expired: 'off', needsPerson: 'warning' }
const marks = { queued: 'clock', sending: 'clock', sent: 'check', printed: 'check', expired: 'moon', needsPerson: 'warn' }

await loadDeskWords('prints')
document.title = t('title')
const byID = (id) => document.getElementById(id)
const roll = byID('roll')
byID('title').textContent = t('title')
byID('home').textContent = t('home')
byID('home').before(languageSwitch())
byID('none').textContent = t('none')

const hall = await get('board')
if (hall.ok) setZone(hall.body.centre?.utcOffsetMinutes)

const slips = new Map()   // job → { node, state }
let since = null

for (;;) {
  // Nobody looks at a hidden tab; it asks again the moment it is seen.
  if (document.hidden) await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }))
  const answer = await get(`prints?limit=${most}`)
  if (['sign-in-required', 'forbidden'].includes(answer.problem?.type)) location.assign('/signin/?next=/prints/')
  if (answer.ok) { since = null; show(answer.body) } else since ??= Date.now()
  await showOffice(byID('office'))
  byID('state').textContent = since ? t('lostSince', { clock: clockText(since) }) : t('count', { n: slips.size })
  byID('state').classList.toggle('lost', since !== null)
  await new Promise((resolve) => setTimeout(resolve, pause))
}

function show(jobs) {
  byID('none').hidden = jobs.length > 0
  const known = new Set(jobs.map((each) => each.job))
  for (const [job, slip] of slips) if (!known.has(job)) { slip.node.remove(); slips.delete(job) }
  jobs.forEach((each, index) => {
    const signature = JSON.stringify([each.state, each.number, each.reprint, each.picture])
    const old = slips.get(each.job)
    if (old?.signature === signature) return
    const node = slip(each)
    if (old) old.node.replaceWith(node)
    else roll.insertBefore(node, roll.children[index] ?? null)
    slips.set(each.job, { node, signature })
  })
}

function slip(each) {
  const words = [t('ticket', { number: each.number }), each.reprint && t('reprint'), clockText(each.at)].filter(Boolean).join(', ')
  const ready = !['queued', 'sending'].includes(each.state)
  return el('li', { class: each.state },
    el('figure', {},
      el('div', { class: 'slip' }, el('img', { src: each.picture, alt: words, loading: 'lazy', width: 288 })),
      el('figcaption', {}, el('b', { text: each.number }), el('span', { text: clockText(each.at, { seconds: true }) }), each.reprint && el('span', { text: t('reprint') }),
        el('span', { class: `tag ${kinds[each.state] ?? 'off'}`, 'aria-busy': ready ? null : 'true' }, icon(marks[each.state] ?? 'info'), t(`state.${each.state}`)))))
}
