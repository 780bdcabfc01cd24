// What stands on a page as a number and is no figure. A number is a run of digits in the text of <main>. It may stand in a
// figure (data-fig), in a unit (.u, the small line of a head), in a <time>, in a ledger number or a hash (.mono, data-entry), in a form field, in a drawing that has a
// name, in a name (data-name) or in what says of itself that it is no figure (data-plain).
export function strayNumbers() {
  const ok = "[data-fig],[data-plain],[data-entry],[data-name],time,.mono,.hash,svg,input,textarea,select,option,code,pre,script,style,.kbd,[data-chart],.a4,th small,.u";
  const walk = document.createTreeWalker(document.getElementById("main") ?? document.body, NodeFilter.SHOW_TEXT);
  const bad = [];
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    // dates, names of units of money, papers and standards are read as words
    const text = n.textContent
      .replace(/\d{4}-\d{2}(-\d{2})?( \d{2}:\d{2})?|\d{4} 年( \d{1,2} 月)?(末| \d{1,2} 日)?|(\d{1,2} )?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{4}/g, "")
      .replace(/¥100 m|¥10,000|A[34]\b|GB\/T \d+|12345/g, "")
      .trim();
    if (!/[0-9０-９]/.test(text)) continue;
    if (n.parentElement.closest(ok)) continue;
    // a project's or a unit's own name may hold a digit: 地铁 7 号线
    const link = n.parentElement.closest("a");
    if (link?.matches(".b") || /^\/(project\/|people\?unit=)/.test(link?.getAttribute("href") ?? "")) continue;
    bad.push(text.slice(0, 60) + "  <" + n.parentElement.tagName.toLowerCase() + " class=" + n.parentElement.className + ">");
  }
  return bad;
}
