// The sign-in page: for a supervisor, and for whoever was sent here by a screen (?next=/supervisor/).

import { el, icon } from '/shared/dom.js'
import { get, remove } from '/shared/api.js'
import { languageSwitch, loadDeskWords } from '/shared/language.js'
import { t } from '/shared/words.js'
import { signInForm } from './officers.js'

// Only to a page of this centre: "//elsewhere" would leave it.
const asked = new URLSearchParams(location.search).get('next') ?? ''
const next = /^\/(?!\/)[^\\]*$/.test(asked) ? asked : null

await loadDeskWords('signin')
document.title = t('title')
const main = document.querySelector('#main')
const session = await get('session')
const who = session.ok ? session.body.officer : null
if (who) signedIn(who)
else ask(session.ok && session.body.demo)

function head() {
  return el('header', {}, icon('mark'), el('div', {}, el('h1', { text: t('title') }), el('p', { class: 'muted', text: t('more') })), languageSwitch())
}

function ask(demo) {
  const form = signInForm({
    submitWord: t('title'), withPad: true, pinNeeded: !demo,
    onSignedIn: ({ session: answer }) => {
      if (next) location.assign(next)
      else signedIn(answer?.officer)
      return null
    },
  })
  main.replaceChildren(head(), el('section', { class: 'panel' }, form.element))
}

function signedIn(officer) {
  const leave = async () => {
    await remove('session')
    ask(false)
  }
  main.replaceChildren(head(), el('section', { class: 'panel' },
    el('p', {}, officer ? t('signedIn', { name: officer.name }) : t('signedIn.demo')),
    el('p', { class: 'after' },
      el('a', { class: 'btn primary', href: next ?? '/supervisor/' }, next ? t('goOn') : t('toSupervisor')),
      el('a', { class: 'btn', href: '/', text: t('toStart') }),
      el('button', { class: 'btn', type: 'button', onclick: leave, text: t('signOut') }))))
}
