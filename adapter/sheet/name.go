package sheet

import (
	"regexp"
	"strings"
)

var (
	nameMarks  = "★▲△☆*●◆※■□▼◎⊙✩✭＊﹡"
	leadSerial = regexp.MustCompile(`^(?:[0-9]{1,4}[.、](?:[^0-9]|$)|\([0-9]{1,3}\)|[0-9]{1,3}\)|[①-⑳]|[0-9]{1,3}-[0-9]{1,2}[.、])`)
	leadCn     = regexp.MustCompile(`^(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)[、.]?)`)
	leadOf     = regexp.MustCompile(`^(?:其中[:：]|-{1,2})`)
)

// cleanName is a project's name without line breaks and spaces, marks of importance and a serial in front. Brackets stay:
// （一期） and （示例） are part of the name.
func cleanName(s string) string {
	n := strings.Trim(squeeze(s), nameMarks)
	folded := strings.Map(foldRune, n)
	for _, p := range []*regexp.Regexp{leadSerial, leadCn, leadOf} {
		m := p.FindString(folded)
		if m == "" {
			continue
		}
		cut := len([]rune(m))
		if p == leadSerial && !strings.ContainsAny(string([]rune(m)[cut-1:]), ".、)①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳") {
			cut-- // the first sign behind the mark was only looked at
		}
		if rest := string([]rune(n)[cut:]); len([]rune(rest)) >= 2 {
			n = rest
			break
		}
	}
	return strings.Trim(n, nameMarks)
}

// isInner tells a name that is numbered inside its bundle: ①…, （1）…, 其中：…
func isInner(s string) bool {
	folded := strings.Map(foldRune, squeeze(s))
	rank, _ := marker(s)
	return rank == 4 || rank == 5 || leadOf.MatchString(folded)
}

// sameName is the key under which two names are the same.
func sameName(s string) string { return fold(s) }
