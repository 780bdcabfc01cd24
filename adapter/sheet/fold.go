package sheet

import (
	"strings"
	"unicode"
)

// fold makes texts that look alike equal: half width, no spaces, one kind of dash, small letters. It is for comparing and
// for patterns, never for what is printed.
func fold(s string) string { return strings.ToLower(strings.Map(foldRune, s)) }

func foldRune(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		r -= 0xFEE0
	case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == 0x3000:
		return -1
	}
	switch r {
	case '—', '–', '－', '―', '─', '−', '﹣', '‐', '‑', 'ー':
		return '-'
	case '～', '〜', '∼', '﹏':
		return '~'
	case '。':
		return '.'
	case '〔', '【', '［', '﹝':
		return '('
	case '〕', '】', '］', '﹞':
		return ')'
	case '﹪', '％':
		return '%'
	case '￥':
		return '¥'
	case '∶', '︰':
		return ':'
	}
	return r
}

// squeeze takes line breaks and spaces out and leaves everything else as printed.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

// tidy trims a text and keeps its lines.
func tidy(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ", "\u200b", "", "\ufeff", "").Replace(s)
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == 0x3000 })
}

// isBlankMark tells the marks that people put where nothing is to be said.
func isBlankMark(s string) bool {
	f := fold(s)
	return f == "" || strings.Trim(f, "-_/\\.·*") == "" && len([]rune(f)) <= 6 || f == "无" || f == "n/a" || f == "na"
}

// isDitto tells the marks for "as above".
func isDitto(s string) bool {
	switch fold(s) {
	case "同上", "〃", "″", "\"", "''", "”", "“", "″″", "\"\"", "同上项", "同前", "ditto":
		return true
	}
	return false
}

// isErrorText tells the error values of a spreadsheet that were saved as text.
func isErrorText(s string) bool {
	s = strings.ToUpper(strings.TrimSpace(s))
	switch s {
	case "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA":
		return true
	}
	return strings.HasPrefix(s, "ERR:") && len(s) <= 8 || len(s) >= 4 && strings.Trim(s, "#") == ""
}
