// Sổ của tỉnh: files are chosen, read as a dry run, looked at, then applied or dropped.

import { el, icon } from '/shared/dom.js'
import { get, post, postFile } from '/shared/api.js'
import { setZone } from '/shared/time.js'
import { loadDeskWords } from '/shared/language.js'
import { language, pick, t } from '/shared/words.js'
import { supervisorBar, toSignIn } from './bar.js'

await loadDeskWords('supervisor')
document.title = t('title.register')
const bar = supervisorBar(document.querySelector('#bar'), 'dossiers')
const page = document.querySelector('#page')

const files = el('input', { type: 'file', name: 'files', multiple: true, accept: '.csv,.xlsx', 'aria-label': t('reg.files') })
const profile = el('select', { name: 'profile', 'aria-label': t('reg.profile') }, el('option', { value: '', text: t('reg.profile.any') }))
const readButton = el('button', { class: 'btn primary', type: 'submit' }, icon('search'), t('reg.read'))
const said = el('p', { class: 'wrong problems', role: 'alert' })
const result = el('section', { class: 'panel wide', id: 'result', hidden: true })
const earlier = el('section', { class: 'panel wide', id: 'earlier' })
page.replaceChildren(
  el('div', { class: 'head' }, el('h1', { text: t('reg') }), el('a', { class: 'btn', href: '/supervisor/dossiers.html', text: t('reg.back') })),
  el('p', { class: 'lead', text: t('reg.lead') }),
  el('div', { class: 'reg' },
    el('section', { class: 'panel wide' }, el('form', { class: 'choose', onsubmit(event) { event.preventDefault(); read() } }, files, profile, readButton), said),
    result, earlier))

// A register of years takes far longer to read than any press of a key. Sent once: a second try would find the first at work.
const slow = { patience: 30 * 60_000, retries: 1 }

function refuse(problem) {
  if (['sign-in-required', 'forbidden'].includes(problem.type)) return toSignIn()
  const lines = (problem.problems ?? []).map((each) => each[language()] ?? each.vi)
  said.textContent = [problem.title, ...lines].join('\n')
}

async function busy(work) {
  said.textContent = ''
  readButton.disabled = true
  page.setAttribute('aria-busy', 'true')
  try { await work() } finally {
    readButton.disabled = false
    page.removeAttribute('aria-busy')
  }
}

function read() {
  if (!files.files.length) { said.textContent = t('reg.noFile'); return undefined }
  return busy(async () => {
    const laid = []
    for (const file of files.files) {
      const answer = await postFile('register/files', file, slow)
      if (answer.problem) return refuse(answer.problem)
      laid.push(answer.body.file)
    }
    const answer = await post('register/imports', { files: laid, profile: profile.value || undefined }, slow)
    if (answer.problem) return refuse(answer.problem)
    show(answer.body)
    return list()
  })
}

function finish(report, how) {
  return busy(async () => {
    const answer = await post(`register/imports/${report.id}/${how}`, {}, slow)
    if (answer.problem) return refuse(answer.problem)
    if (how === 'apply') show(answer.body)
    else result.hidden = true
    return list()
  })
}

const counts = ['rows', 'added', 'changed', 'unchanged', 'repeated', 'countedDates', 'provisionalDates', 'codesReplaced', 'datesReplaced', 'rejected']
const signs = { whole: 'check', partly: 'warn', none: 'fault' }

function show(report) {
  const staged = report.state === 'staged'
  result.hidden = false
  result.replaceChildren(...[
    el('h2', { text: t(staged ? 'reg.staged' : 'reg.done') }),
    el('p', { text: report.files.map((file) => t('reg.file', { name: file.name, rows: file.rows, columns: file.columns.map((each) => each.heading).join(', ') })).join(' ') }),
    ...report.files.filter((file) => file.unread?.length).map((file) => el('p', { class: 'unread', text: t('reg.unread', { name: file.name, columns: file.unread.join(', ') }) })),
    report.skipped.length > 0 && el('p', { class: 'doubt' }, icon('warn'), el('span', { text: t('reg.skipped', { sheets: report.skipped.join(', ') }) })),
    ...report.files.filter((file) => file.doubtfulEnd).map((file) => el('p', { class: 'doubt' }, icon('warn'), el('span', { text: t('reg.doubtfulEnd', { name: file.name, row: file.doubtfulEnd }) }))),
    el('table', {}, el('tbody', {}, counts.filter((each) => report[each] > 0 || ['added', 'changed', 'rejected'].includes(each)).map((each) => el('tr', {}, el('th', { scope: 'row', text: t(`reg.${each}`) }), el('td', { class: 'n', id: `n-${each}`, text: report[each] }))))),
    report.rejected > 0 && el('p', {}, el('a', { class: 'btn', href: `/api/v1/register/imports/${report.id}/rejects`, download: '' }, icon('doc'), t('reg.rejects'))),
    ...changes(report),
    el('h2', { text: t('reg.support') }),
    el('ul', {}, report.support.map((each) => el('li', { class: each.level }, icon(signs[each.level]), el('span', { text: pick(each.words) })))),
    staged && el('div', { class: 'choose' },
      el('button', { class: 'btn primary', type: 'button', id: 'apply', onclick: () => finish(report, 'apply') }, icon('check'), t('reg.apply')),
      el('button', { class: 'btn', type: 'button', id: 'discard', onclick: () => finish(report, 'discard'), text: t('reg.discard') })),
  ].filter(Boolean))
  result.scrollIntoView({ block: 'nearest' })
}

/** What the dry run found to change of dossiers known before, one by one. */
function changes(report) {
  if (!report.changes.length) return []
  const value = (words) => (words ? pick(words) : t('reg.change.blank'))
  const more = report.changed - new Set(report.changes.map((each) => each.code)).size
  return [
    el('h2', { text: t('reg.changes') }),
    el('table', { id: 'changes' },
      el('thead', {}, el('tr', {}, ['code', 'field', 'from', 'to'].map((each) => el('th', { text: t(`reg.change.${each}`) })))),
      el('tbody', {}, report.changes.map((each) => el('tr', {}, [each.code, pick(each.field), value(each.from), value(each.to)].map((text) => el('td', { text })))))),
    ...(more > 0 ? [el('p', { text: t('reg.changes.more', { n: more }) })] : []),
  ]
}

async function list() {
  const answer = await get('register/imports')
  if (!answer.ok) return refuse(answer.problem)
  earlier.replaceChildren(el('h2', { text: t('reg.earlier') }), answer.body.length
    ? el('table', {},
      el('thead', {}, el('tr', {}, ['when', 'file', 'state'].map((each) => el('th', { text: t(`reg.head.${each}`) })), ['added', 'changed', 'rejected'].map((each) => el('th', { class: 'n', text: t(`reg.${each}`) })))),
      el('tbody', {}, answer.body.map((each) => el('tr', {},
        el('td', { text: each.madeAt.slice(0, 10).split('-').reverse().join('/') }),
        el('td', { text: each.files.map((file) => file.name).join(', ') }),
        el('td', { text: t(`reg.state.${each.state}`) }),
        ['added', 'changed', 'rejected'].map((name) => el('td', { class: 'n', text: each[name] }))))))
    : el('p', { class: 'none', text: t('reg.earlier.none') }))
  return undefined
}

const profiles = await get('register/profiles')
if (profiles.ok) profile.append(...profiles.body.map((each) => el('option', { value: each.id, text: each.name })))
else refuse(profiles.problem)
const board = await get('board')
if (board.ok) {
  setZone(board.body.centre?.utcOffsetMinutes)
  bar.centre(board.body.centre?.shortName)
}
await list()
