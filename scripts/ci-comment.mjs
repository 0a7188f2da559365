// What .github/workflows/preview.yml runs to keep one comment on a pull request, and one label: it may write, so it is given a text and
// a verdict, and never looks at the change. The API is the part that GitHub and Forgejo share; where they part is said below.
//
// The comment to edit begins with croft's marker and was written by whoever this token speaks for: anybody may write the marker.
// The label is for people's eyes. It allows nothing, anybody with triage rights can set it, and a host never sees it.
// Source: docs.github.com/rest/issues; a Forgejo's /api/swagger.
//   node scripts/ci-comment.mjs      with TOKEN PULL VERDICT COMMENT_1…3 and the runner's GITHUB_API_URL, GITHUB_REPOSITORY
const marker = '<!-- croft-preview -->';
const shown = ['green', 'amber', 'red'];
const verdicts = [...shown, 'refused', 'invalid', 'unjudged'];
const mostCharacters = 65_000;
const mostPages = 200;

const { TOKEN = '', PULL = '', VERDICT = '', GITHUB_API_URL = '', GITHUB_REPOSITORY = '' } = process.env;
/** GitHub names a label in a path by its name, Forgejo by its number. */
const isForgejo = GITHUB_API_URL.endsWith('/api/v1');

/** Ask the forge. Errors: one line without what it answered, for that is printed. */
async function ask(method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}${path}`, {
    method,
    headers: { authorization: `token ${TOKEN}`, accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'croft' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: 'error', // a token goes to nobody else
    signal: AbortSignal.timeout(30_000),
  });
  const { ok, status } = response;
  if (!ok) throw Object.assign(new Error(`the forge answered ${status} to ${method} ${path.replace(/\?.*/, '')}`), { status });
  return status === 204 ? null : response.json();
}

/** Read a list to its end. Forgejo gives all comments as one page and then the same again: the end is a page without anything new. */
async function all(path) {
  const found = new Map();
  for (let page = 1; page <= mostPages; page += 1) {
    const before = found.size;
    for (const each of await ask('GET', `${path}?per_page=100&limit=50&page=${page}`)) found.set(each.id, each);
    if (found.size === before) break;
  }
  return [...found.values()];
}

/**
 * Tell who this token speaks for. GitHub's says no to the question, but keeps names in brackets for its apps; Forgejo's own user has an
 * id below zero, which no account has. Shape: a test of a comment's author.
 */
async function ourselves() {
  const known = (user) => (user?.type === 'Bot' && user.login === 'github-actions[bot]') || user?.id === -2;
  try {
    const { id } = await ask('GET', '/user');
    return Number.isInteger(id) ? (user) => user?.id === id : known;
  } catch (error) {
    if (![401, 403, 404].includes(error.status)) throw error;
    return known;
  }
}

function comment() {
  const { COMMENT_1 = '', COMMENT_2 = '', COMMENT_3 = '' } = process.env;
  const text = Buffer.from(`${COMMENT_1}${COMMENT_2}${COMMENT_3}`, 'base64').toString('utf8');
  if (VERDICT !== '' && text.startsWith(`${marker}\n`) && text.length <= mostCharacters) return text;
  const why = 'What was said of an older one no longer counts; the log of the job says why.';
  return `${marker}\n\n**croft has not judged the newest commit of this pull request.** ${why}`;
}

async function write(issues, body) {
  const isOurs = await ourselves();
  const ours = (await all(`${issues}/${PULL}/comments`)).filter((each) => isOurs(each.user) && String(each.body).startsWith(marker));
  const [old] = ours.sort((one, other) => one.id - other.id);
  if (old !== undefined && (await edited(issues, old.id, body))) return 'edited';
  await ask('POST', `${issues}/${PULL}/comments`, { body });
  return 'written';
}

/** Somebody may have removed the comment since it was listed. */
async function edited(issues, id, body) {
  try {
    await ask('PATCH', `${issues}/comments/${id}`, { body });
    return true;
  } catch (error) {
    if (error.status !== 404) throw error;
    return false;
  }
}

async function label(issues, verdict) {
  const wanted = shown.includes(verdict) ? `croft: ${verdict}` : null;
  const labels = (await all(`${issues}/${PULL}/labels`)).filter(({ name }) => name.startsWith('croft: '));
  for (const { id, name } of labels) {
    if (name !== wanted) await ask('DELETE', `${issues}/${PULL}/labels/${isForgejo ? Number(id) : encodeURIComponent(name)}`);
  }
  if (wanted !== null && !labels.some(({ name }) => name === wanted)) await ask('POST', `${issues}/${PULL}/labels`, { labels: [wanted] });
}

async function main() {
  if (!/^[1-9]\d{0,9}$/.test(PULL) || !/^[\w.-]+\/[\w.-]+$/.test(GITHUB_REPOSITORY)) throw new Error('the event names no pull request');
  const verdict = VERDICT === '' ? 'unjudged' : VERDICT;
  if (!verdicts.includes(verdict)) throw new Error('the verdict is none that croft knows');
  const issues = `/repos/${GITHUB_REPOSITORY}/issues`;
  console.log(`comment ${await write(issues, comment())}`);
  await label(issues, verdict).catch(({ message }) => console.log(`::notice::cannot set the label, which is for display only: ${message}`));
}

await main().catch(({ message }) => {
  console.log(`::error::cannot keep the comment: ${message}`);
  process.exitCode = 1;
});
