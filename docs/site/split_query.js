/* Words of a query: Chinese has no spaces, so the longest words the index knows are taken, from left to right. */
function splitQuery(query) {
  const terms = (Search._index && Search._index.terms) || {};
  const known = (word) => (terms instanceof Map ? terms.has(word) : Object.hasOwn(terms, word));
  const words = [];
  for (const run of query.match(/[\u4e00-\u9fff]+|[\p{Letter}\p{Number}_]+/gu) || []) {
    if (!/^[\u4e00-\u9fff]/.test(run)) {
      words.push(run);
      continue;
    }
    let at = 0, found = false;
    while (at < run.length) {
      let size = Math.min(8, run.length - at);
      while (size > 1 && !known(run.slice(at, at + size))) size -= 1;
      if (size > 1) {
        words.push(run.slice(at, at + size));
        found = true;
      }
      at += size;
    }
    if (!found) words.push(run);
  }
  return words;
}
