// The words of the screens, from words.vi.json and words.en.json. Vietnamese is complete; other languages may lack words.

export const languages = ['vi', 'en']
const first = 'vi'

let current = first
let section = 'shared'
const files = {}

/** Loads the word files and chooses the section of this screen; a word missing there is looked up in "shared". */
export async function loadWords(sectionName) {
  section = sectionName
  // English that cannot be read must not keep a Vietnamese screen from opening; without Vietnamese there is nothing to show.
  const [main, ...others] = languages
  const [words, ...rest] = await Promise.all([fetchUntilThere(main), ...others.map((name) => fetchWords(name).catch(() => ({})))])
  files[main] = words
  others.forEach((name, index) => { files[name] = rest[index] })
  setLanguage(current)
}

export function setLanguage(name) {
  current = languages.includes(name) ? name : first
  document.documentElement.lang = current
}

export function language() {
  return current
}

/**
 * t('ahead', { n: 4 }) → "Còn 4 người". {placeholders} are filled from params.
 * With n = 1 the key "ahead.one" is taken where there is one: English needs it, Vietnamese does not.
 */
export function t(key, params) {
  const text = (String(params?.n) === '1' ? lookUp(`${key}.one`) : undefined) ?? lookUp(key) ?? key
  return params ? text.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole) : text
}

/** The word of a key as it goes into the journal: the same from every desk, whatever language its screen shows. */
export function recordedAs(key) {
  return files[first]?.[section]?.[key] ?? files[first]?.shared?.[key] ?? key
}

/** The right one of two words that the server sent: { vi, en }. */
export function pick(words) {
  if (!words) return ''
  return typeof words === 'string' ? words : words[current] || words[first] || ''
}

function lookUp(key) {
  for (const name of current === first ? [first] : [current, first]) {
    const text = files[name]?.[section]?.[key] ?? files[name]?.shared?.[key]
    if (text !== undefined) return text
  }
  return undefined
}

async function fetchWords(name) {
  const response = await fetch(`/shared/words.${name}.json`, { signal: AbortSignal.timeout(5000) })
  if (!response.ok) throw new Error(`words.${name}.json: ${response.status}`)
  return response.json()
}

// A screen that is switched on before the daemon has to get there without anybody touching it.
async function fetchUntilThere(name) {
  for (;;) {
    try {
      return await fetchWords(name)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 2000))
    }
  }
}
