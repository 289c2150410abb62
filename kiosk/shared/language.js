// The language of the desks: chosen once, kept in this browser. Screens in the hall have their own switch, because
// there the next person starts in Vietnamese again.

import { el, icon } from '/shared/dom.js'
import { language, languages, loadWords, setLanguage, t } from '/shared/words.js'

const key = 'desk-language'

/** Like loadWords, in the language that was chosen in this browser; Vietnamese until one was. */
export async function loadDeskWords(section) {
  await loadWords(section)
  setLanguage(kept())
}

/** A button that names the other language in that language. The page is loaded anew: every word on it changes. */
export function languageSwitch() {
  const other = language() === 'vi' ? 'en' : 'vi'
  const press = () => {
    keep(other)
    location.reload()   // a page with unsaved changes asks first; then nothing has changed but the next visit
  }
  return el('button', { class: 'btn quiet language', type: 'button', lang: other, dataset: { focus: 'language' }, onclick: press }, icon('globe'), t(other === 'en' ? 'english' : 'vietnamese'))
}

// Remembers a choice, where the browser lets us.
function keep(name) {
  try { localStorage.setItem(key, name) } catch { /* private window: the choice lasts as long as the page */ }
}

function kept() {
  let name = null
  try { name = localStorage.getItem(key) } catch { /* the same */ }
  return languages.includes(name) ? name : languages[0]
}
