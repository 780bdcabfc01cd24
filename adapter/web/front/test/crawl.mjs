// What stands on a page as a number and is no figure. A number is a run of digits in the text of <main>. It may stand in a
// figure (data-fig), in a unit (.u, the small line of a head), in a <time>, in a ledger number or a hash (.mono, data-entry), in a form field, in a drawing that has a
// name, in a name (data-name) or in what says of itself that it is no figure (data-plain).
export function strayNumbers() {
  const ok = "[data-fig],[data-plain],[data-entry],[data-name],time,.mono,.hash,svg,input,textarea,select,option,code,pre,script,style,.kbd,[data-chart],.a4,th small,.u";
  const walk = document.createTreeWalker(document.getElementById("main") ?? document.body, NodeFilter.SHOW_TEXT);
  const bad = [];
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const text = n.textContent.trim();
    if (!/[0-9０-９]/.test(text)) continue;
    if (n.parentElement.closest(ok)) continue;
    // a project's or a unit's own name may hold a digit: 地铁 7 号线
    if (n.parentElement.closest("a")?.getAttribute("href")?.startsWith("/project/")) continue;
    bad.push(text.slice(0, 60) + "  <" + n.parentElement.tagName.toLowerCase() + " class=" + n.parentElement.className + ">");
  }
  return bad;
}
